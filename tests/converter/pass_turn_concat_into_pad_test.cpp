#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("turn_concat_into_pad takes zeros on either side", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4, 4, 3});
  b.output(b.node(OpType::concat, {x, b.f32({1, 4, 4, 2}, std::vector<float>(32, 0.0f))},
                  ir::axis_options(3)));
  b.output(b.node(OpType::concat, {b.f32({1, 1, 4, 3}, std::vector<float>(12, 0.0f)), x},
                  ir::axis_options(1)));
  check_pass(b.graph, turn_concat_into_pad, 0);
  REQUIRE(ops_of(b.graph) == "pad pad");
}

TEST_CASE("turn_concat_into_pad leaves other constants", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 3});
  b.output(b.node(OpType::concat, {x, b.f32({1, 2}, {0, 1})}, ir::axis_options(1)));
  check_untouched(b.graph, turn_concat_into_pad);
}

}  // namespace linnet::test
