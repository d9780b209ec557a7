#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

int gate(GraphBuilder& b, int x) {
  const int scaled = b.node(OpType::div, {x, b.f32({}, {1.41421354f})}, fb::BinaryOptionsT{});
  return b.add(b.node(OpType::erf, {scaled}), b.f32({}, {1.0f}));
}

}  // namespace

TEST_CASE("fuse_gelu finds the erf form in every order", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 9});
  const int half = b.f32({}, {0.5f});
  b.output(b.mul(b.mul(x, gate(b, x)), half));
  b.output(b.mul(b.mul(x, half), gate(b, x)));
  b.output(b.mul(x, b.mul(half, gate(b, x))));
  check_pass(b.graph, fuse_gelu, 1e-5);
  REQUIRE(ops_of(b.graph) == "gelu gelu gelu");
}

TEST_CASE("fuse_gelu leaves other factors", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 9});
  b.output(b.mul(b.mul(x, gate(b, x)), b.f32({}, {0.25f})));
  check_untouched(b.graph, fuse_gelu);
}

}  // namespace linnet::test
