#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

int gate(GraphBuilder& b, int x) { return b.clip(b.add(x, b.f32({}, {3.0f})), 0, 6); }
int sixth(GraphBuilder& b, int x) {
  return b.node(OpType::div, {x, b.f32({}, {6.0f})}, fb::BinaryOptionsT{});
}

}  // namespace

TEST_CASE("fuse_hard_swish finds every way to write it", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 9});
  b.output(sixth(b, b.mul(x, gate(b, x))));
  b.output(b.mul(x, sixth(b, gate(b, x))));
  b.output(b.mul(b.mul(gate(b, x), b.f32({}, {1.0f / 6.0f})), x));
  fb::HardSigmoidOptionsT o;
  o.alpha = 1.0f / 6.0f;
  b.output(b.mul(x, b.node(OpType::hard_sigmoid, {x}, std::move(o))));
  fb::BinaryOptionsT clamped;
  clamped.clamp_min = 0;
  clamped.clamp_max = 6;
  b.output(sixth(b, b.mul(x, b.node(OpType::add, {x, b.f32({}, {3.0f})}, clamped))));
  check_pass(b.graph, fuse_hard_swish, 1e-5);
  REQUIRE(ops_of(b.graph) == "hard_swish hard_swish hard_swish hard_swish hard_swish");
}

TEST_CASE("fuse_hard_swish leaves other factors and other gates", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 9}), y = b.input("y", {2, 9});
  b.output(b.mul(b.mul(x, gate(b, x)), b.f32({}, {0.25f})));
  b.output(sixth(b, b.mul(x, gate(b, y))));
  b.output(b.mul(x, b.node(OpType::hard_sigmoid, {x}, fb::HardSigmoidOptionsT{})));
  check_untouched(b.graph, fuse_hard_swish);
}

}  // namespace linnet::test
