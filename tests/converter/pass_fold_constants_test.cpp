#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fold_constants evaluates what depends on constants alone", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3});
  const int sum = b.add(b.f32({3}, {1, 2, 3}), b.f32({}, {0.5f}));
  const int s = b.node(OpType::shape, {x}, fb::ShapeOptionsT{});
  const int filled = b.node(OpType::constant_of_shape, {s}, fb::ConstantOfShapeOptionsT{});
  b.output(b.add(b.mul(x, sum), filled));
  check_pass(b.graph, fold_constants, 0);
  REQUIRE(ops_of(b.graph) == "mul add");
  const auto values = b.graph.tensor(b.graph.nodes[0].inputs[1]).values<float>();
  REQUIRE(std::vector<float>(values.begin(), values.end()) == std::vector<float>{1.5f, 2.5f, 3.5f});
}

TEST_CASE("fold_constants leaves unknown shapes and quantized weights", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 3});
  b.output(b.node(OpType::shape, {x}, fb::ShapeOptionsT{}));
  b.output(b.fully_connected(x, b.dequantize(b.random_s8({4, 3}, 0))));
  ir::Graph copy = b.graph;
  REQUIRE_FALSE(fold_constants(copy));
}

TEST_CASE("fold_constants gives up on huge results", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1});
  const int big =
      b.node(OpType::constant_of_shape, {b.s32({1024, 1024, 64})}, fb::ConstantOfShapeOptionsT{});
  b.output(b.add(b.reduce(OpType::reduce_sum, big, {0, 1, 2}, false), x));
  ir::Graph copy = b.graph;
  REQUIRE_FALSE(fold_constants(copy));
}

}  // namespace linnet::test
