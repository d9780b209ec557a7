#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("remove_dead_code drops what no output needs", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3});
  b.node(OpType::exp, {x});
  const int y = b.clip(x, 0, 1);
  b.random({4});
  b.output(y);
  check_pass(b.graph, remove_dead_code, 0);
  REQUIRE(ops_of(b.graph) == "clip");
  REQUIRE(b.graph.tensors.size() == 2);
}

}  // namespace linnet::test
