#include "converter/compress/recipe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <type_traits>

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
constexpr Name<WinogradUse> kWinogradUses[] = {{"auto", WinogradUse::automatic},
                                               {"never", WinogradUse::never},
                                               {"always", WinogradUse::always}};

template <typename T>
T parse(const std::string& text, std::span<const Name<T>> names, const char* what) {
  std::string allowed;
  for (const Name<T>& name : names) {
    if (text == name.text) return name.value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name.text);
  }
  throw ConvertError(fmt::format("{} '{}' is unknown; one of {}", what, text, allowed));
}

// What a value of type T must be; null when `value` is that.
template <typename T>
const char* misfit(const Json& value) {
  const auto expect = [](bool fits, const char* what) { return fits ? nullptr : what; };
  if constexpr (std::is_same_v<T, bool>) {
    return expect(value.is_boolean(), "true or false");
  } else if constexpr (std::is_same_v<T, std::string>) {
    return expect(value.is_string(), "a text");
  } else if constexpr (std::is_same_v<T, uint32_t>) {
    return expect(value.is_number_unsigned() && value.get<uint64_t>() <= UINT32_MAX,
                  "a whole number");
  } else if constexpr (std::is_same_v<T, double>) {
    return expect(value.is_number(), "a number");
  } else if constexpr (std::is_same_v<T, Json>) {
    return expect(value.is_object(), "an object");
  } else if constexpr (std::is_same_v<T, std::vector<Json>>) {
    return expect(value.is_array(), "a list");
  } else {
    const auto number = [](const Json& v) {
      return v.is_number() && std::isfinite(v.get<float>());
    };
    return expect(value.is_array() && std::all_of(value.begin(), value.end(), number),
                  "a list of numbers");
  }
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
    if (const char* what = misfit<T>(*found)) {
      throw ConvertError(
          fmt::format("{}: \"{}\" is {}; {} is expected", where_, key, found->dump(), what));
    }
    out = found->get<T>();
    return true;
  }
  void finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        throw ConvertError(fmt::format("{}: \"{}\" is no key of a recipe here; one of {}", where_,
                                       key, fmt::join(known_, ", ")));
      }
    }
  }
  const std::string& where() const { return where_; }

 private:
  const Json& object_;
  std::string where_;
  std::vector<std::string> known_;
};

// Throws when the pattern matches nothing by its form: fnmatch() would take it for plain text.
void check_pattern(const std::string& pattern, const std::string& where) {
  const auto fail = [&](const char* what) {
    throw ConvertError(fmt::format("{}: \"match\" is \"{}\": {}", where, pattern, what));
  };
  if (pattern.empty()) fail("it matches no name; \"*\" matches all");
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      if (++i == pattern.size()) fail("it ends within \"\\\"");
      continue;
    }
    if (pattern[i] != '[') continue;
    // A bracket that stands first in the set is part of it.
    const size_t first =
        i + 1 + (i + 1 < pattern.size() && (pattern[i + 1] == '!' || pattern[i + 1] == '^'));
    i = first < pattern.size() ? pattern.find(']', first + 1) : std::string::npos;
    if (i == std::string::npos) fail("\"[\" is not closed");
  }
}

void check_scheme(const LayerScheme& scheme, const std::string& where) {
  if (scheme.block != 32 && scheme.block != 64 && scheme.block != 128) {
    throw ConvertError(fmt::format("{}: \"block\" is {}; 32, 64 or 128", where, scheme.block));
  }
  if (!(scheme.percentile > 50 && scheme.percentile <= 100)) {
    throw ConvertError(
        fmt::format("{}: \"percentile\" is {}; above 50, at most 100", where, scheme.percentile));
  }
}

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
    if (reader.get("winograd", text)) {
      changes.push_back([v = parse_winograd_use(text)](LayerScheme& s) { s.winograd = v; });
    }
  } catch (const ConvertError& error) {
    throw ConvertError(reader.where() + ": " + error.what());
  }
  if (reader.get("block", block)) changes.push_back([block](LayerScheme& s) { s.block = block; });
  if (reader.get("percentile", percentile)) {
    changes.push_back([percentile](LayerScheme& s) { s.percentile = percentile; });
  }
  LayerScheme changed;
  for (const auto& change : changes) change(changed);
  check_scheme(changed, reader.where());
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
WinogradUse parse_winograd_use(const std::string& text) {
  return parse<WinogradUse>(text, kWinogradUses, "use of Winograd's method");
}

const char* weight_type_name(WeightType type) {
  return kWeightTypes[static_cast<size_t>(type)].text;
}
const char* activation_type_name(ActivationType type) {
  return kActivationTypes[static_cast<size_t>(type)].text;
}

Recipe::Recipe(const ConvertOptions& options)
    : default_{options.weights, options.activations, options.block,
               options.range,   options.percentile,  options.winograd},
      bias_correction_(options.bias_correction),
      cross_layer_equalization_(options.cross_layer_equalization) {
  check_scheme(default_, "options");
  if (!options.recipe.empty()) read(options.recipe);
}

void Recipe::read(const std::string& path) {
  const std::vector<std::byte> text = read_file(path);
  Json json;
  try {
    const char* begin = reinterpret_cast<const char*>(text.data());
    json = Json::parse(begin, begin + text.size());
  } catch (const Json::exception& error) {
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
    check_pattern(change.match, layer.where());
    change.names_weights = layers[i].contains("weights");
    change.apply = read_scheme(layer);
    layer.finish();
    overrides_.push_back(std::move(change));
  }
}

bool Recipe::Override::matches(const std::string& node) const {
  return fnmatch(match.c_str(), node.c_str(), 0) == 0;
}

LayerScheme Recipe::scheme(const std::string& node) const {
  LayerScheme scheme = default_;
  for (const Override& change : overrides_) {
    if (change.matches(node)) change.apply(scheme);
  }
  return scheme;
}

bool Recipe::names_weights(const std::string& node) const {
  return std::any_of(overrides_.begin(), overrides_.end(), [&](const Override& change) {
    return change.names_weights && change.matches(node);
  });
}

std::vector<std::string> Recipe::unmatched(const ir::Graph& graph) const {
  std::vector<std::string> patterns;
  for (const Override& change : overrides_) {
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(),
                     [&](const ir::Node& node) { return change.matches(node.name); }))
      patterns.push_back(change.match);
  }
  return patterns;
}

std::vector<std::pair<std::string, std::string>> Recipe::image_metadata() const {
  if (!has_images_) return {};
  return {{"image.mean", fmt::format("{}", fmt::join(images_.mean, ","))},
          {"image.std", fmt::format("{}", fmt::join(images_.std, ","))},
          {"image.order", images_.bgr ? "bgr" : "rgb"},
          {"image.layout", images_.nhwc ? "nhwc" : "nchw"}};
}

// The default, and what each entry of "layers" makes of it.
std::vector<LayerScheme> Recipe::possible_schemes() const {
  std::vector<LayerScheme> schemes = {default_};
  for (const Override& change : overrides_) {
    schemes.push_back(default_);
    change.apply(schemes.back());
  }
  return schemes;
}

bool Recipe::any_int8_activations() const {
  const std::vector<LayerScheme> schemes = possible_schemes();
  return std::any_of(schemes.begin(), schemes.end(), [](const LayerScheme& scheme) {
    return scheme.activations == ActivationType::int8;
  });
}

bool Recipe::any_integer_weights() const {
  const std::vector<LayerScheme> schemes = possible_schemes();
  return std::any_of(schemes.begin(), schemes.end(), [](const LayerScheme& scheme) {
    return scheme.weights == WeightType::int8 || scheme.weights == WeightType::int4;
  });
}

}  // namespace linnet
