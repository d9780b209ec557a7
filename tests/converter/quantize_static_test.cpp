#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

#include "converter/passes/passes.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

const ConvertOptions kInt8 = options_of(WeightType::int8, ActivationType::int8);

// The graph as the pipeline leaves it, with the reasons of layers that stayed float.
struct Quantized {
  ir::Graph graph;
  Reasons reasons;
  std::string ops() const { return ops_of(graph); }
  const ir::Tensor& result() const { return graph.tensor(graph.outputs[0]); }
};

Quantized quantize(const ir::Graph& original, const Recipe& recipe,
                   const Calibration& calibration) {
  Quantized q{original, {}};
  quantize_static(q.graph, recipe, calibration, q.reasons);
  REQUIRE_NOTHROW(q.graph.check());
  optimize(q.graph);
  INFO(ir::to_text(q.graph));
  return q;
}

Quantized quantize(const ir::Graph& original, const Recipe& recipe = Recipe(kInt8)) {
  return quantize(original, recipe, calibrated(original, 8));
}

void rename_last(GraphBuilder& b, const char* name) { b.graph.nodes.back().name = name; }

const ir::Node& named(const ir::Graph& graph, const std::string& name) {
  const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                  [&](const ir::Node& node) { return node.name == name; });
  INFO(ir::to_text(graph));
  REQUIRE(found != graph.nodes.end());
  return *found;
}

}  // namespace

TEST_CASE("a chain of layers runs in int8 and its result stays float", "[compress]") {
  GraphBuilder b;
  int x = b.conv(b.input("x", {1, 6, 6, 3}), b.random({8, 3, 3, 3}), b.random({8}), 1);
  x = b.depthwise(x, b.random({3, 3, 8}), b.random({8}), 1);
  b.output(b.conv(x, b.random({4, 1, 1, 8}), b.random({4})));
  const Quantized q = quantize(b.graph);
  REQUIRE(q.reasons.empty());
  REQUIRE(q.ops() == "quantize conv_2d depthwise_conv_2d conv_2d");
  // Nobody reads the last result in int8, so it is not rounded to it.
  REQUIRE(q.result().dtype == DType::f32);
  REQUIRE(q.result().name == b.graph.tensor(b.graph.outputs[0]).name);
  for (const ir::Node& node : q.graph.nodes) {
    if (node.op != OpType::quantize) REQUIRE(q.graph.tensor(node.inputs[1]).dtype == DType::s8);
  }
  const Feeds feeds = random_feeds(b.graph, 3, 100);
  REQUIRE(snr_db(run_graph(b.graph, feeds)[0], run_graph(q.graph, feeds)[0]) > 30);
}

TEST_CASE("a layer with readers of both kinds gives int8 and is dequantized for the others",
          "[compress]") {
  GraphBuilder b;
  const int y = b.conv(b.input("x", {1, 4, 4, 3}), b.random({8, 1, 1, 3}));
  b.output(b.node(OpType::floor, {y}));
  b.output(b.conv(y, b.random({4, 1, 1, 8})));
  const Quantized q = quantize(b.graph);
  REQUIRE(q.graph.tensor(q.graph.nodes[1].outputs[0]).dtype == DType::s8);
  REQUIRE(q.ops().find("dequantize floor") != std::string::npos);
}

TEST_CASE("ops that only move values run in int8 where int8 reads them", "[compress]") {
  const auto with_reader = [](bool integer_reader) {
    GraphBuilder b;
    int x = b.conv(b.input("x", {1, 4, 4, 3}), b.random({8, 1, 1, 3}));
    x = b.reshape(x, {1, 16, 8});
    b.output(integer_reader ? b.fully_connected(x, b.random({4, 8})) : b.node(OpType::floor, {x}));
    return quantize(b.graph);
  };
  const Quantized read_in_float = with_reader(false);
  REQUIRE(read_in_float.ops() == "quantize conv_2d reshape floor");
  REQUIRE(
      read_in_float.graph.tensor(node_of(read_in_float.graph, OpType::reshape).inputs[0]).dtype ==
      DType::f32);
  const Quantized read_in_int8 = with_reader(true);
  REQUIRE(read_in_int8.ops() == "quantize conv_2d reshape fully_connected");
  REQUIRE(read_in_int8.graph.tensor(node_of(read_in_int8.graph, OpType::reshape).inputs[0]).dtype ==
          DType::s8);
}

TEST_CASE("arithmetic, activations and fixed ranges become int8", "[compress]") {
  GraphBuilder b;
  const int w = b.random({4, 1, 1, 4});
  const int x = b.conv(b.input("x", {1, 4, 4, 4}), w);
  const int y = b.add(x, b.node(OpType::hard_swish, {x}));
  const int gate = b.node(OpType::sigmoid, {b.mul(y, b.f32({}, {0.5f}))});
  const int rest = b.node(OpType::sub, {b.f32({}, {1.0f}), gate}, fb::BinaryOptionsT{});
  b.output(b.conv(b.mul(y, rest), b.random({2, 1, 1, 4})));
  const Quantized q = quantize(b.graph);
  INFO(ir::to_text(q.graph));
  for (const ir::Node& node : q.graph.nodes) {
    if (node.op == OpType::quantize || q.graph.is_output(node.outputs[0])) continue;
    REQUIRE(q.graph.tensor(node.outputs[0]).dtype == DType::s8);
  }
  const ir::Tensor& unit = q.graph.tensor(node_of(q.graph, OpType::sigmoid).outputs[0]);
  REQUIRE(unit.quantization.scale[0] == 1.0f / 256);
  REQUIRE(unit.quantization.zero_point[0] == -128);
  const Feeds feeds = random_feeds(b.graph, 3, 100);
  REQUIRE(snr_db(run_graph(b.graph, feeds)[0], run_graph(q.graph, feeds)[0]) > 25);
}

TEST_CASE("layers stay float that were not calibrated, and say so", "[compress]") {
  GraphBuilder b;
  const int y = b.fully_connected(b.input("x", {2, 8}), b.random({8, 8}));
  rename_last(b, "first");
  b.output(b.fully_connected(y, b.random({4, 8})));
  rename_last(b, "second");
  Calibration calibration = calibrated(b.graph);
  calibration.erase(b.graph.tensor(y).name);
  const Quantized q = quantize(b.graph, Recipe(kInt8), calibration);
  REQUIRE(q.ops() == "fully_connected fully_connected");
  REQUIRE_THAT(q.reasons.at("first"), ContainsSubstring("not seen while calibrating"));
  REQUIRE_THAT(q.reasons.at("second"), ContainsSubstring("not seen while calibrating"));
}

TEST_CASE("layers stay float whose results or weights int8 would break, and say so", "[compress]") {
  GraphBuilder b;
  b.output(b.fully_connected(b.input("x", {1, 8}), b.random({8, 8})));
  const std::string y = b.graph.tensor(b.graph.outputs[0]).name;
  Calibration calibration = calibrated(b.graph);
  // A range that cuts nearly all energy off.
  std::vector<float> values = bell(10000);
  for (size_t i = 0; i < 20; ++i) values[i] = 1000;
  calibration[y] = seen({values});
  const Recipe percentile = recipe_of(R"({"range": "percentile", "percentile": 99})", kInt8);
  const Quantized broken = quantize(b.graph, percentile, calibration);
  REQUIRE(broken.ops() == "fully_connected");
  REQUIRE_THAT(broken.reasons.at("fully_connected"), ContainsSubstring("dB of its result"));

  for (const float value : {1e-41f, std::numeric_limits<float>::infinity()}) {
    GraphBuilder weights;
    weights.output(weights.fully_connected(weights.input("x", {1, 8}),
                                           weights.f32({8, 8}, std::vector<float>(64, value))));
    Calibration any = {{"x", seen({{1, 2}})}, {"fully_connected", seen({{1, 2}})}};
    const Quantized q = quantize(weights.graph, Recipe(kInt8), any);
    REQUIRE(q.ops() == "fully_connected");
    REQUIRE_THAT(q.reasons.at("fully_connected"), ContainsSubstring("its weights"));
  }
}

TEST_CASE("a result that was always 0 is no reason to stay float", "[compress]") {
  GraphBuilder b;
  const int y =
      b.fully_connected(b.input("x", {1, 8}), b.f32({8, 8}, std::vector<float>(64, 0.0f)));
  b.output(b.fully_connected(y, b.random({4, 8})));
  const Quantized q = quantize(b.graph);
  REQUIRE(q.reasons.empty());
  REQUIRE(q.ops() == "quantize fully_connected fully_connected");
}

TEST_CASE("a recipe keeps weights and activations of layers float by pattern", "[compress]") {
  GraphBuilder b;
  int x = b.fully_connected(b.input("x", {1, 8}), b.random({8, 8}));
  rename_last(b, "body/1");
  x = b.fully_connected(x, b.random({8, 8}));
  rename_last(b, "body/2");
  b.output(b.fully_connected(x, b.random({4, 8})));
  rename_last(b, "head");
  const Quantized q = quantize(b.graph, recipe_of(R"({"layers": [
      {"match": "head", "activations": "f32"}, {"match": "*/2", "weights": "int4"}]})",
                                                  kInt8));
  REQUIRE(q.graph.tensor(named(q.graph, "body/1").inputs[0]).dtype == DType::s8);
  REQUIRE(q.graph.tensor(named(q.graph, "body/2").inputs[0]).dtype == DType::f32);
  REQUIRE(q.graph.tensor(named(q.graph, "head").inputs[0]).dtype == DType::f32);
  REQUIRE(q.reasons.size() == 1);
  REQUIRE_THAT(q.reasons.at("body/2"), ContainsSubstring("int4 weights"));

  const Recipe only_one = recipe_of(R"({"layers": [{"match": "body/1", "activations": "int8"}]})",
                                    options_of(WeightType::int8));
  REQUIRE(only_one.any_int8_activations());
  REQUIRE(quantize(b.graph, only_one).ops() ==
          "quantize fully_connected fully_connected fully_connected");
}

TEST_CASE("ranges follow the layer's own method", "[compress]") {
  GraphBuilder b;
  const int y = b.fully_connected(b.input("x", {1, 8}), b.random({8, 8}));
  rename_last(b, "first");
  b.output(b.fully_connected(y, b.random({4, 8})));
  Calibration calibration = calibrated(b.graph);
  std::vector<float> values = bell(20000);
  values[3] = 9;
  calibration[b.graph.tensor(y).name] = seen({values});
  const Quantized q = quantize(
      b.graph,
      recipe_of(R"({"layers": [{"match": "first", "range": "percentile", "percentile": 99}]})",
                kInt8),
      calibration);
  const ir::Node& first = named(q.graph, "first");
  REQUIRE(q.graph.tensor(first.outputs[0]).quantization.scale[0] < 6.0f / 255);
}

TEST_CASE("a bias that is large for its weights keeps its value", "[compress]") {
  GraphBuilder b;
  // The second channel's weights are next to nothing, as in networks with dead channels.
  const int w = b.f32({2, 2}, {0.5f, -0.25f, 1e-15f, -1e-15f});
  const int y = b.fully_connected(b.input("x", {1, 2}), w, b.f32({2}, {0.1f, 3.0f}));
  b.output(b.fully_connected(y, b.random({4, 2})));
  const Quantized q = quantize(b.graph);
  const ir::Node& layer = node_of(q.graph, OpType::fully_connected);
  const float x_scale = q.graph.tensor(layer.inputs[0]).quantization.scale[0];
  const auto& scales = q.graph.tensor(layer.inputs[1]).quantization.scale;
  const auto codes = q.graph.tensor(layer.inputs[2]).values<int32_t>();
  REQUIRE(std::fabs(static_cast<float>(codes[1]) * x_scale * scales[1] - 3.0f) < 1e-5f);
  REQUIRE(std::abs(codes[1]) <= 1 << 30);
  const Feeds feeds = random_feeds(b.graph, 3, 100);
  REQUIRE(snr_db(run_graph(b.graph, feeds)[0], run_graph(q.graph, feeds)[0]) > 25);
}

TEST_CASE("bias correction takes the weights' mean error out of int8 layers", "[compress]") {
  GraphBuilder b;
  const int w = b.random({4, 32});
  const int x = b.input("x", {16, 32});
  b.output(b.fully_connected(x, w, b.random({4})));
  const Calibration calibration = {{"x", seen({std::vector<float>(512, 4.0f)}, 32)},
                                   {b.graph.tensor(b.graph.outputs[0]).name, seen({{-50, 50}})}};
  const auto bias_of = [&](bool correct) {
    ConvertOptions options = kInt8;
    options.bias_correction = correct;
    const Quantized q = quantize(b.graph, Recipe(options), calibration);
    const ir::Node& layer = node_of(q.graph, OpType::fully_connected);
    const auto codes = q.graph.tensor(layer.inputs[2]).values<int32_t>();
    const float x_scale = q.graph.tensor(layer.inputs[0]).quantization.scale[0];
    std::vector<double> bias;
    for (size_t c = 0; c < 4; ++c) {
      bias.push_back(static_cast<double>(codes[c]) * static_cast<double>(x_scale) *
                     static_cast<double>(q.graph.tensor(layer.inputs[1]).quantization.scale[c]));
    }
    return bias;
  };
  const std::vector<double> plain = bias_of(false), corrected = bias_of(true);
  const ir::Tensor stored = quantize_weights_int8(b.graph.tensor(w), 0);
  const std::vector<float> back = dequantize_weights(stored);
  for (size_t c = 0; c < 4; ++c) {
    double error = 0;
    for (size_t i = 0; i < 32; ++i)
      error += 4.0 * static_cast<double>(back[c * 32 + i] -
                                         b.graph.tensor(w).values<float>()[c * 32 + i]);
    REQUIRE(std::fabs((plain[c] - corrected[c]) - error) < 2e-3);
  }
}

}  // namespace linnet::test
