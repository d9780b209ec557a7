#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("eliminate_transpose cancels, composes and permutes constants", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 4, 5});
  const int there = b.transpose(x, {0, 3, 1, 2});
  const int back = b.transpose(there, {0, 2, 3, 1});
  b.output(b.node(OpType::abs, {back}));
  b.output(b.transpose(b.transpose(x, {1, 0, 2, 3}), {0, 2, 1, 3}));
  b.output(b.add(x, b.transpose(b.random({5, 4, 3}), {2, 1, 0})));
  check_pass(b.graph, eliminate_transpose, 0);
  REQUIRE(ops_of(b.graph) == "abs transpose add");
  REQUIRE(b.graph.nodes[1].as<fb::TransposeOptionsT>().perm == std::vector<int32_t>{1, 2, 0, 3});
}

}  // namespace linnet::test
