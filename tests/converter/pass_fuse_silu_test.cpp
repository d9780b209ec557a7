#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fuse_silu finds x times sigmoid(x) in either order", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 9});
  b.output(b.mul(x, b.node(OpType::sigmoid, {x})));
  b.output(b.mul(b.node(OpType::sigmoid, {x}), x));
  check_pass(b.graph, fuse_silu, 1e-5);
  REQUIRE(ops_of(b.graph) == "silu silu");
}

TEST_CASE("fuse_silu leaves the gate of another value", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 9}), y = b.input("y", {2, 9});
  b.output(b.mul(x, b.node(OpType::sigmoid, {y})));
  check_untouched(b.graph, fuse_silu);
}

}  // namespace linnet::test
