#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

Reasons compress(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration = {}) {
  Reasons reasons;
  compress_weights(graph, recipe, calibration, reasons);
  REQUIRE_NOTHROW(graph.check());
  return reasons;
}

DType stored_as(const ir::Graph& graph, const std::string& name) {
  const auto node = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                 [&](const ir::Node& n) { return n.name == name; });
  REQUIRE(node != graph.nodes.end());
  return graph.tensor(node->inputs[1]).dtype;
}

// Layers of every kind, named "conv", "depthwise", "transposed", "short" and "full".
GraphBuilder all_kinds() {
  GraphBuilder b;
  int x = b.conv(b.input("x", {1, 8, 8, 16}), b.random({16, 1, 1, 16}));
  b.graph.nodes.back().name = "conv";
  x = b.depthwise(x, b.random({3, 3, 16}), -1, 1);
  b.graph.nodes.back().name = "depthwise";
  fb::ConvTranspose2dOptionsT options;
  options.window = std::make_unique<fb::Window>(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
  x = b.node(OpType::conv_transpose_2d, {x, b.random({8, 2, 2, 16})}, std::move(options));
  b.graph.nodes.back().name = "transposed";
  x = b.conv(x, b.random({16, 1, 1, 8}));
  b.graph.nodes.back().name = "short";
  b.output(b.fully_connected(b.reshape(x, {1, -1}), b.random({10, 4096})));
  b.graph.nodes.back().name = "full";
  return b;
}

// Two fully connected layers on one weight tensor of values up to `size`.
GraphBuilder twins(float size = 1) {
  GraphBuilder b;
  const int w = b.random({64, 64}, -size, size);
  const int x = b.fully_connected(b.input("x", {1, 64}), w);
  b.graph.nodes.back().name = "first";
  b.output(b.fully_connected(x, w));
  b.graph.nodes.back().name = "second";
  return b;
}

}  // namespace

TEST_CASE("weights get what was asked for where kernels run it, else f16 with a reason",
          "[compress]") {
  GraphBuilder b = all_kinds();
  ir::Graph graph = b.graph;
  Reasons reasons = compress(graph, Recipe(options_of(WeightType::int8)));
  for (const char* name : {"conv", "short", "full"}) REQUIRE(stored_as(graph, name) == DType::s8);
  for (const char* name : {"depthwise", "transposed"}) {
    REQUIRE(stored_as(graph, name) == DType::f16);
    REQUIRE_THAT(reasons.at(name), ContainsSubstring("kept as f16"));
  }
  REQUIRE(reasons.size() == 2);

  graph = b.graph;
  reasons = compress(graph, recipe_of(R"({"layers": [{"match": "conv", "weights": "int4"}]})",
                                      options_of(WeightType::int4)));
  for (const char* name : {"conv", "full"}) REQUIRE(stored_as(graph, name) == DType::s4);
  for (const char* name : {"depthwise", "transposed", "short"})
    REQUIRE(stored_as(graph, name) == DType::f16);
  REQUIRE_THAT(reasons.at("short"), ContainsSubstring("rows of 8 values"));

  graph = b.graph;
  REQUIRE(compress(graph, Recipe(options_of(WeightType::f16))).empty());
  for (const char* name : {"conv", "depthwise", "transposed", "short", "full"})
    REQUIRE(stored_as(graph, name) == DType::f16);

  graph = b.graph;
  REQUIRE(compress(graph, Recipe(options_of(WeightType::f32))).empty());
  REQUIRE(stored_as(graph, "full") == DType::f32);
}

TEST_CASE("a default of int4 makes the smallest layers int8, a name does not", "[compress]") {
  GraphBuilder b = all_kinds();  // 256 weights of 41,216 are in "conv"
  ir::Graph graph = b.graph;
  const Reasons reasons = compress(graph, Recipe(options_of(WeightType::int4)));
  REQUIRE(stored_as(graph, "conv") == DType::s8);
  REQUIRE(stored_as(graph, "full") == DType::s4);
  REQUIRE_THAT(reasons.at("conv"), ContainsSubstring("smallest layers"));
  REQUIRE(reasons.count("full") == 0);

  graph = b.graph;
  const Recipe all = recipe_of(R"({"layers": [{"match": "*", "weights": "int4"}]})");
  compress(graph, all);
  REQUIRE(stored_as(graph, "conv") == DType::s4);
}

TEST_CASE("a weight tensor that layers share is stored once", "[compress]") {
  for (const WeightType type : {WeightType::int8, WeightType::int4, WeightType::f16}) {
    GraphBuilder b = twins();
    compress(b.graph, Recipe(options_of(type)));
    REQUIRE(b.graph.nodes[0].inputs[1] == b.graph.nodes[1].inputs[1]);
    const auto constants = std::count_if(b.graph.tensors.begin(), b.graph.tensors.end(),
                                         [](const ir::Tensor& t) { return t.constant; });
    REQUIRE(constants == 1);
  }
  // Unless a recipe says otherwise.
  GraphBuilder b = twins();
  compress(b.graph,
           recipe_of(R"({"weights": "int8", "layers": [{"match": "second", "weights": "int4"}]})"));
  REQUIRE(stored_as(b.graph, "first") == DType::s8);
  REQUIRE(stored_as(b.graph, "second") == DType::s4);
}

TEST_CASE("weights beyond f16 stay f32, never become infinite", "[compress]") {
  GraphBuilder b = twins(1e6f);
  Reasons reasons = compress(b.graph, Recipe(options_of(WeightType::f16)));
  REQUIRE(stored_as(b.graph, "first") == DType::f32);
  for (const char* name : {"first", "second"}) {
    REQUIRE_THAT(reasons.at(name),
                 ContainsSubstring("do not fit f16") && ContainsSubstring("kept as f32"));
  }
  GraphBuilder four = twins(1e6f);
  reasons = compress(four.graph, Recipe(options_of(WeightType::int4)));
  REQUIRE(stored_as(four.graph, "first") == DType::f32);
  REQUIRE_THAT(reasons.at("first"), ContainsSubstring("int4 would keep only"));
  // int8 has f32 scales.
  GraphBuilder eight = twins(1e6f);
  REQUIRE(compress(eight.graph, Recipe(options_of(WeightType::int8))).empty());
}

TEST_CASE("weights that no small form can hold stay f32 with a reason", "[compress]") {
  for (const float size : {1e-41f, 1e-12f}) {
    GraphBuilder b = twins(size);
    const Reasons reasons = compress(b.graph, Recipe(options_of(WeightType::int4)));
    REQUIRE(stored_as(b.graph, "first") == DType::f32);
    REQUIRE_THAT(reasons.at("first"), ContainsSubstring("f16 would keep only"));
  }
  for (const float value :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    GraphBuilder b;
    std::vector<float> weights = bell(64 * 64);
    weights[17] = value;
    b.output(b.fully_connected(b.input("x", {1, 64}), b.f32({64, 64}, weights)));
    for (const WeightType type : {WeightType::f16, WeightType::int8, WeightType::int4}) {
      ir::Graph graph = b.graph;
      const Reasons reasons = compress(graph, Recipe(options_of(type)));
      REQUIRE(stored_as(graph, "fully_connected") == DType::f32);
      REQUIRE_THAT(reasons.at("fully_connected"), ContainsSubstring("not finite"));
    }
  }
}

TEST_CASE("the recipe chooses weights and blocks by pattern, the last entry wins", "[compress]") {
  GraphBuilder b = all_kinds();
  const Recipe recipe = recipe_of(R"({"weights": "int8", "layers": [
      {"match": "f*", "weights": "int4", "block": 128}, {"match": "?onv", "weights": "f32"},
      {"match": "conv", "weights": "f16"}]})");
  compress(b.graph, recipe);
  REQUIRE(stored_as(b.graph, "conv") == DType::f16);
  REQUIRE(stored_as(b.graph, "short") == DType::s8);
  REQUIRE(b.graph.tensor(node_of(b.graph, OpType::fully_connected).inputs[1]).quantization.block ==
          128);
}

TEST_CASE("calibration corrects the biases of integer layers, unless told not to", "[compress]") {
  GraphBuilder b;
  b.output(b.fully_connected(b.input("x", {4, 64}), b.random({64, 64})));
  Calibration calibration = {{"x", seen({std::vector<float>(256, 1.5f)}, 64)}};
  ConvertOptions options = options_of(WeightType::int4);
  ir::Graph graph = b.graph;
  compress(graph, Recipe(options), calibration);
  REQUIRE(graph.nodes[0].inputs.size() == 3);
  REQUIRE(graph.tensor(graph.nodes[0].inputs[2]).shape == std::vector<int32_t>{64});
  graph = b.graph;
  options.bias_correction = false;
  compress(graph, Recipe(options), calibration);
  REQUIRE(graph.nodes[0].inputs[2] == -1);
  graph = b.graph;
  compress(graph, Recipe(options_of(WeightType::f16)), calibration);
  REQUIRE(graph.nodes[0].inputs[2] == -1);
}

}  // namespace linnet::test
