#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("merge_reshapes joins a chain", "[pass]") {
  GraphBuilder b;
  int x = b.input("x", {2, 6});
  x = b.node(OpType::unsqueeze, {x}, ir::axes_options({0}));
  x = b.reshape(x, {4, 3, 1});
  x = b.node(OpType::squeeze, {x}, ir::axes_options({2}));
  b.output(x);
  check_pass(b.graph, merge_reshapes, 0);
  REQUIRE(ops_of(b.graph) == "reshape");
}

TEST_CASE("merge_reshapes joins with one unknown dimension, not with two", "[pass]") {
  GraphBuilder one;
  int x = one.input("x", {-1, 6});
  one.output(one.reshape(one.reshape(x, {0, 2, 3}), {0, 3, 2}));
  check_pass(one.graph, merge_reshapes, 0);
  GraphBuilder two;
  x = two.input("x", {-1, -1, 6});
  two.output(two.reshape(two.reshape(x, {0, 0, 2, 3}), {0, 0, 3, 2}));
  check_untouched(two.graph, merge_reshapes);
}

}  // namespace linnet::test
