#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

// Bias in units of the input's scale times the weights'.
int integer_bias(GraphBuilder& b, int x, int weights, std::vector<int32_t> values) {
  const int id = b.graph.add_constant("bias", DType::s32, {static_cast<int32_t>(values.size())},
                                      ir::Bytes::of(values));
  ir::Quantization q;
  q.axis = 0;
  for (float s : b.graph.tensor(weights).quantization.scale) {
    q.scale.push_back(b.graph.tensor(x).quantization.scale[0] * s);
  }
  b.graph.tensor(id).quantization = q;
  return id;
}

}  // namespace

// A step may differ where float arithmetic rounds the other way.
constexpr double kOneStep = 1.0;

TEST_CASE("fuse_quantized_ops makes layers integer and keeps their constants", "[pass]") {
  GraphBuilder b;
  const int x = b.quantize(b.input("x", {1, 6, 6, 4}), 0.03f, 5);
  const int w = b.random_s8({8, 3, 3, 4}, 0);
  const int y = b.conv(b.dequantize(x), b.dequantize(w), b.random({8}), 1);
  b.output(b.quantize(y, 0.2f, -3));
  const int v = b.random_s8({3, 3, 4}, 2);
  b.output(b.quantize(b.depthwise(b.dequantize(x), b.dequantize(v), b.random({4}), 1), 0.1f, 0));
  check_pass(b.graph, fuse_quantized_ops, kOneStep);
  REQUIRE(ops_of(b.graph) == "quantize conv_2d depthwise_conv_2d");
}

TEST_CASE("fuse_quantized_ops keeps s8 weights and s32 bias to the bit", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 4}, DType::s8);
  b.graph.tensor(x).quantization.scale = {0.05f};
  b.graph.tensor(x).quantization.zero_point = {-7};
  const int w = b.random_s8({3, 4}, 0);
  const ir::Bytes weights = b.graph.tensor(w).bytes;
  const std::vector<int32_t> values = {100, -20000, 7};
  const int bias = b.dequantize(integer_bias(b, x, w, values));
  b.output(b.quantize(b.fully_connected(b.dequantize(x), b.dequantize(w), bias), 0.1f, 3));
  REQUIRE(fuse_quantized_ops(b.graph));
  b.graph.check();
  REQUIRE(ops_of(b.graph) == "fully_connected");
  const ir::Node& node = b.graph.nodes[0];
  REQUIRE(b.graph.tensor(node.inputs[1]).bytes.data() == weights.data());
  const auto kept = b.graph.tensor(node.inputs[2]).values<int32_t>();
  REQUIRE(std::vector<int32_t>(kept.begin(), kept.end()) == values);
  REQUIRE(b.graph.tensor(b.graph.outputs[0]).quantization.zero_point == std::vector<int32_t>{3});
}

TEST_CASE("fuse_quantized_ops gives float results where nothing quantizes them", "[pass]") {
  GraphBuilder b;
  const int x = b.quantize(b.input("x", {2, 4}), 0.03f, 5);
  b.output(b.fully_connected(b.dequantize(x), b.dequantize(b.random_s8({3, 4}, 0)), b.random({3})));
  check_pass(b.graph, fuse_quantized_ops, 1e-2);
  REQUIRE(ops_of(b.graph) == "quantize fully_connected");
}

TEST_CASE("fuse_quantized_ops covers arithmetic, activations and means", "[pass]") {
  GraphBuilder b;
  const int x = b.dequantize(b.quantize(b.input("x", {1, 4, 4, 4}), 0.03f, 5));
  const int y = b.dequantize(b.quantize(b.input("y", {1, 4, 4, 4}), 0.04f, 0));
  b.output(b.quantize(b.add(x, y), 0.07f, 1));
  b.output(b.quantize(b.mul(x, y), 0.1f, 1));
  b.output(b.quantize(b.mul(x, b.f32({}, {-0.3f})), 0.01f, 1));
  b.output(b.quantize(b.node(OpType::hard_swish, {x}), 0.03f, -100));
  b.output(b.quantize(b.reduce(OpType::reduce_mean, x, {1, 2}), 0.02f, 0));
  b.output(b.quantize(b.node(OpType::softmax, {x}, ir::axis_options(3)), 1.0f / 256, -128));
  b.output(b.quantize(b.node(OpType::concat, {x, y}, ir::axis_options(3)), 0.04f, 2));
  check_pass(b.graph, fuse_quantized_ops, kOneStep);
  REQUIRE(ops_of(b.graph) == "quantize quantize add mul mul hard_swish reduce_mean softmax concat");
}

TEST_CASE("fuse_quantized_ops leaves what the integer kernels do not take", "[pass]") {
  GraphBuilder b;
  const int x = b.quantize(b.input("x", {2, 4}), 0.03f, 5);
  const int w = b.random_s8({3, 4}, 0);
  std::vector<int8_t> lowest(12, -128);
  b.graph.tensor(w).bytes = ir::Bytes::of(lowest);
  b.output(b.quantize(b.fully_connected(b.dequantize(x), b.dequantize(w)), 0.1f, 0));
  const int shared = b.add(b.dequantize(x), b.dequantize(x));
  b.output(b.quantize(shared, 0.1f, 0));
  b.output(b.node(OpType::abs, {shared}));
  b.output(b.quantize(b.add(b.dequantize(x), b.random({4})), 0.1f, 0));
  check_untouched(b.graph, fuse_quantized_ops);
}

}  // namespace linnet::test
