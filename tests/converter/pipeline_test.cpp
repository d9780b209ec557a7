#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "converter/io/array.h"
#include "tests/converter/compress_fixture.h"
#include "tests/converter/onnx_builder.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

onnx::TensorProto& bytes(OnnxBuilder& b, const std::string& name, const std::vector<int64_t>& dims,
                         const std::vector<int>& values, int type = onnx::TensorProto::INT8) {
  auto* tensor = b.model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(type);
  for (int64_t d : dims) tensor->add_dims(d);
  for (int v : values) tensor->add_int32_data(v);
  return *tensor;
}

// y = x·W with quantized x, y and 8-bit weights of a given lowest value and zero point.
std::string quantized_model(OnnxBuilder& b, int lowest, int zero_point,
                            int type = onnx::TensorProto::INT8) {
  std::vector<int> weights(64);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = lowest + static_cast<int>(i * 3 % 100);
  bytes(b, "w8", {8, 8}, weights, type);
  b.floats("s", {}, {0.05f});
  bytes(b, "z", {}, {0});
  bytes(b, "wz", {}, {zero_point}, type);
  b.input("x", {1, 8});
  b.node("QuantizeLinear", {"x", "s", "z"}, {"xq"});
  b.node("DequantizeLinear", {"xq", "s", "z"}, {"xd"});
  b.node("DequantizeLinear", {"w8", "s", "wz"}, {"w"});
  b.node("MatMul", {"xd", "w"}, {"m"}).set_name("layer");
  b.node("QuantizeLinear", {"m", "s", "z"}, {"mq"});
  b.node("DequantizeLinear", {"mq", "s", "z"}, {"y"});
  b.output("y");
  return b.save();
}

ConvertReport report_of(const std::string& model, ConvertOptions options = {}) {
  options.input = model;
  return convert(options);
}

const LayerReport& layer_named(const ConvertReport& report, const std::string& name) {
  const auto found = std::find_if(report.layers.begin(), report.layers.end(),
                                  [&](const LayerReport& layer) { return layer.name == name; });
  REQUIRE(found != report.layers.end());
  return *found;
}

const std::string kFashion = std::string(LINNET_SOURCE_DIR) + "/tests/data/fashion_mnist.onnx";
const std::string kFashionSamples =
    std::string(LINNET_SOURCE_DIR) + "/tests/data/fashion_mnist_calibrate.npy";

}  // namespace

TEST_CASE("imported int8 layers stay int8, or the report says why not", "[pipeline]") {
  OnnxBuilder kept, lowest, shifted, far, unsigned_weights;
  const auto layer = [](const std::string& model) {
    return layer_named(report_of(model), "layer");
  };
  const LayerReport exact = layer(quantized_model(kept, -127, 0));
  REQUIRE(exact.scheme == "int8 static");
  REQUIRE(exact.reason.empty());

  const LayerReport a = layer(quantized_model(lowest, -128, 0));
  REQUIRE(a.scheme == "f32");
  REQUIRE_THAT(a.reason, ContainsSubstring("-128"));
  // Zero points that leave all values within -127…127 are taken off, which is exact.
  const LayerReport b = layer(quantized_model(shifted, -100, 3));
  REQUIRE(b.scheme == "int8 static");
  REQUIRE(b.reason.empty());
  const LayerReport d = layer(quantized_model(far, 20, -50));
  REQUIRE(d.scheme == "f32");
  REQUIRE_THAT(d.reason, ContainsSubstring("zero point"));
  const LayerReport c = layer(quantized_model(unsigned_weights, 100, 20, onnx::TensorProto::UINT8));
  REQUIRE(c.scheme == "f32");
  REQUIRE_FALSE(c.reason.empty());
}

TEST_CASE("imported weights whose input is float say so", "[pipeline]") {
  OnnxBuilder b;
  std::vector<int> weights(64);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int>(i) - 30;
  bytes(b, "w8", {8, 8}, weights);
  b.floats("s", {}, {0.05f});
  bytes(b, "z", {}, {0});
  b.input("x", {1, 8});
  b.node("DequantizeLinear", {"w8", "s", "z"}, {"w"});
  b.node("MatMul", {"x", "w"}, {"y"}).set_name("layer");
  b.output("y");
  const LayerReport layer = layer_named(report_of(b.save()), "layer");
  REQUIRE(layer.scheme == "f32");
  REQUIRE_THAT(layer.reason, ContainsSubstring("its input is not quantized"));
}

TEST_CASE("weights that nodes share are in the file once", "[pipeline]") {
  const auto size = [](WeightType type, bool shared) {
    OnnxBuilder b;
    b.input("x", {1, 256});
    b.floats("w", {256, 256}, bell(256 * 256));
    b.floats("v", {256, 256}, bell(256 * 256, 2));
    b.node("MatMul", {"x", "w"}, {"a"});
    b.node("MatMul", {"a", shared ? "w" : "v"}, {"y"});
    b.output("y");
    return report_of(b.save(), options_of(type)).file_bytes;
  };
  for (const WeightType type :
       {WeightType::f32, WeightType::f16, WeightType::int8, WeightType::int4}) {
    REQUIRE(static_cast<double>(size(type, true)) < 0.6 * static_cast<double>(size(type, false)));
  }
}

TEST_CASE("a conversion gives the same file for any number of threads", "[pipeline]") {
  const ScratchFolder folder;
  ConvertOptions options = options_of(WeightType::int8, ActivationType::int8);
  options.calibration = kFashionSamples;
  options.calibration_samples = 8;
  std::string first;
  for (const int threads : {1, 2, 3, 1}) {
    options.threads = threads;
    options.output = folder.path("net.lnt");
    const ConvertReport report = report_of(kFashion, options);
    const std::string file = content(options.output);
    REQUIRE(report.file_bytes == file.size());
    REQUIRE(report.calibration_samples == 8);
    if (first.empty()) first = file;
    REQUIRE(file == first);
  }
}

TEST_CASE("a failed conversion leaves the old file", "[pipeline]") {
  const ScratchFolder folder;
  ConvertOptions options = options_of(WeightType::int8, ActivationType::int8);
  options.output = folder.write("net.lnt", "old");
  REQUIRE_FALSE(convert_error([&] { report_of(kFashion, options); }).empty());
  options.calibration = folder.write("broken.npy", "no numpy");
  REQUIRE_THAT(convert_error([&] { report_of(kFashion, options); }),
               ContainsSubstring("broken.npy"));
  REQUIRE(content(options.output) == "old");
  REQUIRE(folder.names() == std::vector<std::string>{"broken.npy", "net.lnt"});
}

TEST_CASE("calibration data serve weight-only compression too", "[pipeline]") {
  ConvertOptions options = options_of(WeightType::int4);
  const ConvertReport plain = report_of(kFashion, options);
  options.calibration = kFashionSamples;
  options.calibration_samples = 16;
  const ConvertReport corrected = report_of(kFashion, options);
  options.bias_correction = false;
  const ConvertReport measured = report_of(kFashion, options);
  REQUIRE(std::isnan(plain.layers.back().output_snr_db));
  REQUIRE(corrected.layers.back().output_snr_db > measured.layers.back().output_snr_db);
  REQUIRE(measured.layers.back().output_snr_db > 10);
}

TEST_CASE("patterns that match no layer are a warning", "[pipeline]") {
  const ScratchFolder folder;
  ConvertOptions options;
  options.recipe =
      folder.write("recipe.json", R"({"layers": [{"match": "heads/*", "weights": "f32"}]})");
  const ConvertReport report = report_of(kFashion, options);
  REQUIRE(report.warnings.size() == 1);
  REQUIRE_THAT(report.warnings[0], ContainsSubstring("'heads/*'"));
}

TEST_CASE("equalization keeps a network's function and is asked for by a recipe", "[pipeline]") {
  const ScratchFolder folder;
  ConvertOptions options;
  options.recipe = folder.write("recipe.json", R"({"cross_layer_equalization": true})");
  options.output = folder.path("net.lnt");
  REQUIRE_NOTHROW(report_of(kFashion, options));
}

}  // namespace linnet::test
