#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "converter/convert.h"
#include "converter/io/array.h"
#include "converter/ir/graph.h"

namespace linnet {

// How one layer is stored and run.
struct LayerScheme {
  WeightType weights = WeightType::f32;
  ActivationType activations = ActivationType::f32;
  uint32_t block = 32;
  RangeMethod range = RangeMethod::min_max;
  double percentile = 99.99;
  WinogradUse winograd = WinogradUse::automatic;
};

// The options of a conversion with what a recipe file changes. JSON:
//   { "weights": "int4", "activations": "f32", "block": 64, "range": "mse", "percentile": 99.9,
//     "winograd": "auto",
//     "bias_correction": true, "cross_layer_equalization": false,
//     "image": { "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "order": "bgr", "layout": "nchw"
//     }, "layers": [ { "match": "head/*", "weights": "f32", "activations": "f32" } ] }
// Every key is optional, but for "match": a shell pattern on node names; later entries win.
// "weights" is f32, f16, int8 or int4; "activations" f32 or int8; "block" 32, 64 or 128; "range"
// min_max, moving_average, percentile, mse or entropy; "percentile" above 50, at most 100;
// "winograd" (of f32 weights) auto, never or always. "mean"
// and "std" hold one number, or one for each channel of the input; "order" is rgb or bgr, "layout"
// nchw or nhwc.
class Recipe {
 public:
  // The scheme of `options`, then the file named by options.recipe if any. Throws ConvertError that
  // names the file, the key, what was found and what is allowed.
  explicit Recipe(const ConvertOptions& options);

  LayerScheme scheme(const std::string& node) const;
  // True when an entry of "layers" says what this node's weights become.
  bool names_weights(const std::string& node) const;
  // The patterns of "layers" that match no node of the graph.
  std::vector<std::string> unmatched(const ir::Graph& graph) const;
  const LayerScheme& default_scheme() const { return default_; }
  bool any_int8_activations() const;
  bool any_integer_weights() const;
  bool bias_correction() const { return bias_correction_; }
  bool cross_layer_equalization() const { return cross_layer_equalization_; }
  const ImageOptions& images() const { return images_; }
  // The recipe's "image" for the model's metadata, so that an app can read how pictures are scaled:
  // "image.mean" and "image.std" as "0.5,0.5,0.5", "image.order", "image.layout". Empty without it.
  std::vector<std::pair<std::string, std::string>> image_metadata() const;

 private:
  // What one entry of "layers" sets, applied over the scheme so far.
  struct Override {
    std::string match;
    bool names_weights = false;
    std::function<void(LayerScheme&)> apply;
    bool matches(const std::string& node) const;
  };
  void read(const std::string& path);
  std::vector<LayerScheme> possible_schemes() const;
  LayerScheme default_;
  bool bias_correction_;
  bool cross_layer_equalization_;
  ImageOptions images_;
  bool has_images_ = false;
  std::vector<Override> overrides_;
};

// "int8" etc.; throw ConvertError that lists what is allowed.
WeightType parse_weight_type(const std::string& text);
ActivationType parse_activation_type(const std::string& text);
RangeMethod parse_range_method(const std::string& text);
WinogradUse parse_winograd_use(const std::string& text);
const char* weight_type_name(WeightType type);
const char* activation_type_name(ActivationType type);

}  // namespace linnet
