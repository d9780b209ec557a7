#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("turn_reshape_into_squeeze finds dropped and added ones", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 12, 1, -1});
  const int narrow = b.reshape(x, {0, 12, -1});
  b.output(b.node(OpType::abs, {narrow}));
  b.output(b.reshape(narrow, {0, 1, 12, -1}));
  check_pass(b.graph, turn_reshape_into_squeeze, 0);
  REQUIRE(ops_of(b.graph) == "squeeze abs unsqueeze");
  REQUIRE(b.graph.nodes[2].as<fb::AxesOptionsT>().axes == std::vector<int32_t>{1});
}

TEST_CASE("turn_reshape_into_squeeze leaves real reshapes", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 4, 1, -1});
  b.output(b.reshape(x, {0, 2, 2, 1, -1}));
  b.output(b.reshape(x, {-1, 4}));
  check_untouched(b.graph, turn_reshape_into_squeeze);
}

}  // namespace linnet::test
