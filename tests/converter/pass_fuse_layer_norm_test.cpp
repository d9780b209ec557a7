#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

int normal(GraphBuilder& b, int x, int axis, bool by_mul) {
  const auto sub = [&](int a, int c) { return b.node(OpType::sub, {a, c}, fb::BinaryOptionsT{}); };
  const int d = sub(x, b.reduce(OpType::reduce_mean, x, {axis}));
  const int square = by_mul ? b.mul(d, d) : b.node(OpType::pow, {d, b.f32({}, {2.0f})});
  const int variance = b.reduce(OpType::reduce_mean, square, {axis});
  const int root = b.node(OpType::sqrt, {b.add(variance, b.f32({}, {1e-4f}))});
  return b.node(OpType::div, {d, root}, fb::BinaryOptionsT{});
}

}  // namespace

TEST_CASE("fuse_layer_norm finds it written out", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 8});
  b.output(b.add(b.mul(normal(b, x, -1, false), b.random({8})), b.random({8})));
  b.output(b.add(b.random({1, 8}), b.mul(b.random({8}), normal(b, x, 2, true))));
  check_pass(b.graph, fuse_layer_norm, 1e-4);
  REQUIRE(ops_of(b.graph) == "layer_norm layer_norm");
  REQUIRE(b.graph.nodes[0].as<fb::LayerNormOptionsT>().epsilon == 1e-4f);
}

TEST_CASE("fuse_layer_norm leaves other axes", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 8, 8});
  b.output(b.add(b.mul(normal(b, x, 1, false), b.random({8})), b.random({8})));
  check_untouched(b.graph, fuse_layer_norm);
}

}  // namespace linnet::test
