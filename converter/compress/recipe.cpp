#include "converter/compress/recipe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "converter/error.h"
#include "converter/io/file.h"

namespace linnet {
namespace {

using Json = nlohmann::json;

template <typename T>
struct Name {
  const char* text;
  T value;
};
constexpr Name<WeightType> kWeightTypes[] = {{"f32", WeightType::f32},
                                             {"f16", WeightType::f16},
                                             {"int8", WeightType::int8},
                                             {"int4", WeightType::int4}};
constexpr Name<ActivationType> kActivationTypes[] = {{"f32", ActivationType::f32},
                                                     {"int8", ActivationType::int8}};
constexpr Name<RangeMethod> kRangeMethods[] = {{"min_max", RangeMethod::min_max},
                                               {"moving_average", RangeMethod::moving_average},
                                               {"percentile", RangeMethod::percentile},
                                               {"mse", RangeMethod::mse},
                                               {"entropy", RangeMethod::entropy}};

template <typename T>
T parse(const std::string& text, std::span<const Name<T>> names, const char* what) {
  std::string allowed;
  for (const Name<T>& name : names) {
    if (text == name.text) return name.value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name.text);
  }
  throw ConvertError(fmt::format("{} '{}' is unknown; one of {}", what, text, allowed));
}

// Reads keys of one JSON object and complains about those that nobody asked for.
class Reader {
 public:
  Reader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) throw ConvertError(where_ + ": an object {…} is expected");
  }

  template <typename T>
  bool get(const char* key, T& out) {
    known_.push_back(key);
    const auto found = object_.find(key);
    if (found == object_.end()) return false;
    try {
      out = found->get<T>();
    } catch (const Json::exception& error) {
      throw ConvertError(
          fmt::format("{}: \"{}\" is {}, another type is expected", where_, key, found->dump()));
    }
    return true;
  }
  void finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        throw ConvertError(fmt::format("{}: \"{}\" is no key of a recipe", where_, key));
      }
    }
  }
  const std::string& where() const { return where_; }

 private:
  const Json& object_;
  std::string where_;
  std::vector<std::string> known_;
};

// The scheme keys of `reader` as a change of a LayerScheme.
std::function<void(LayerScheme&)> read_scheme(Reader& reader) {
  std::vector<std::function<void(LayerScheme&)>> changes;
  std::string text;
  uint32_t block = 0;
  double percentile = 0;
  try {
    if (reader.get("weights", text)) {
      changes.push_back([v = parse_weight_type(text)](LayerScheme& s) { s.weights = v; });
    }
    if (reader.get("activations", text)) {
      changes.push_back([v = parse_activation_type(text)](LayerScheme& s) { s.activations = v; });
    }
    if (reader.get("range", text)) {
      changes.push_back([v = parse_range_method(text)](LayerScheme& s) { s.range = v; });
    }
  } catch (const ConvertError& error) {
    throw ConvertError(reader.where() + ": " + error.what());
  }
  if (reader.get("block", block)) {
    if (block != 32 && block != 64 && block != 128) {
      throw ConvertError(fmt::format("{}: \"block\" is {}; 32, 64 or 128", reader.where(), block));
    }
    changes.push_back([block](LayerScheme& s) { s.block = block; });
  }
  if (reader.get("percentile", percentile)) {
    if (!(percentile > 50 && percentile <= 100)) {
      throw ConvertError(fmt::format("{}: \"percentile\" is {}; above 50, at most 100",
                                     reader.where(), percentile));
    }
    changes.push_back([percentile](LayerScheme& s) { s.percentile = percentile; });
  }
  return [changes](LayerScheme& scheme) {
    for (const auto& change : changes) change(scheme);
  };
}

ImageOptions read_images(const Json& json, const std::string& where) {
  ImageOptions images;
  Reader reader(json, where + ": image");
  reader.get("mean", images.mean);
  reader.get("std", images.std);
  std::string order = "rgb";
  std::string layout = "nchw";
  reader.get("order", order);
  reader.get("layout", layout);
  reader.finish();
  if (order != "rgb" && order != "bgr")
    throw ConvertError(where + ": image: \"order\" is rgb or bgr");
  if (layout != "nchw" && layout != "nhwc")
    throw ConvertError(where + ": image: \"layout\" is nchw or nhwc");
  if (images.mean.empty() || images.std.empty() ||
      std::count(images.std.begin(), images.std.end(), 0.0f) != 0) {
    throw ConvertError(
        where +
        ": image: \"mean\" and \"std\" hold a number for each channel, \"std\" none of them 0");
  }
  images.bgr = order == "bgr";
  images.nhwc = layout == "nhwc";
  return images;
}

}  // namespace

WeightType parse_weight_type(const std::string& text) {
  return parse<WeightType>(text, kWeightTypes, "weight type");
}
ActivationType parse_activation_type(const std::string& text) {
  return parse<ActivationType>(text, kActivationTypes, "activation type");
}
RangeMethod parse_range_method(const std::string& text) {
  return parse<RangeMethod>(text, kRangeMethods, "range method");
}

const char* weight_type_name(WeightType type) {
  return kWeightTypes[static_cast<size_t>(type)].text;
}
const char* activation_type_name(ActivationType type) {
  return kActivationTypes[static_cast<size_t>(type)].text;
}

Recipe::Recipe(const ConvertOptions& options)
    : default_{options.weights, options.activations, options.block, options.range,
               options.percentile},
      bias_correction_(options.bias_correction),
      cross_layer_equalization_(options.cross_layer_equalization) {
  if (!options.recipe.empty()) read(options.recipe);
}

void Recipe::read(const std::string& path) {
  const std::vector<std::byte> text = read_file(path);
  Json json;
  try {
    const char* begin = reinterpret_cast<const char*>(text.data());
    json = Json::parse(begin, begin + text.size());
  } catch (const Json::parse_error& error) {
    throw ConvertError(fmt::format("recipe '{}': {}", path, error.what()));
  }
  const std::string where = fmt::format("recipe '{}'", path);
  Reader reader(json, where);
  read_scheme(reader)(default_);
  reader.get("bias_correction", bias_correction_);
  reader.get("cross_layer_equalization", cross_layer_equalization_);
  Json nested;
  has_images_ = reader.get("image", nested);
  if (has_images_) images_ = read_images(nested, where);
  std::vector<Json> layers;
  reader.get("layers", layers);
  reader.finish();
  for (size_t i = 0; i < layers.size(); ++i) {
    Reader layer(layers[i], fmt::format("{}: layers[{}]", where, i));
    Override change;
    if (!layer.get("match", change.match))
      throw ConvertError(layer.where() + ": \"match\" is missing");
    change.apply = read_scheme(layer);
    layer.finish();
    overrides_.push_back(std::move(change));
  }
}

LayerScheme Recipe::scheme(const std::string& node) const {
  LayerScheme scheme = default_;
  for (const Override& change : overrides_) {
    if (fnmatch(change.match.c_str(), node.c_str(), 0) == 0) change.apply(scheme);
  }
  return scheme;
}

std::vector<std::pair<std::string, std::string>> Recipe::image_metadata() const {
  if (!has_images_) return {};
  return {{"image.mean", fmt::format("{}", fmt::join(images_.mean, ","))},
          {"image.std", fmt::format("{}", fmt::join(images_.std, ","))},
          {"image.order", images_.bgr ? "bgr" : "rgb"},
          {"image.layout", images_.nhwc ? "nhwc" : "nchw"}};
}

bool Recipe::any_int8_activations() const {
  if (default_.activations == ActivationType::int8) return true;
  return std::any_of(overrides_.begin(), overrides_.end(), [&](const Override& change) {
    LayerScheme scheme = default_;
    change.apply(scheme);
    return scheme.activations == ActivationType::int8;
  });
}

}  // namespace linnet
