#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("simplify_shape_arithmetic makes computed reshapes static", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 12, 1, -1});
  const int s = b.node(OpType::shape, {x}, fb::ShapeOptionsT{});
  fb::SliceOptionsT first_two;
  first_two.starts = {0};
  first_two.ends = {2};
  const int kept = b.node(OpType::slice, {s}, first_two);
  const int list = b.node(OpType::concat, {kept, b.s32({-1})}, ir::axis_options(0));
  fb::ReshapeOptionsT from_input;
  from_input.from_input = true;
  b.output(b.node(OpType::reshape, {x, list}, from_input));
  check_pass(b.graph, simplify_shape_arithmetic, 0);
  REQUIRE(ops_of(b.graph) == "reshape");
  REQUIRE(b.graph.nodes[0].as<fb::ReshapeOptionsT>().shape == std::vector<int32_t>{0, 12, -1});
}

TEST_CASE("simplify_shape_arithmetic keeps what two unknown sizes need", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 2, -1});
  const int s = b.node(OpType::shape, {x}, fb::ShapeOptionsT{});
  const int order = b.node(OpType::gather, {s, b.s32({2, 0, 1})}, ir::axis_options(0));
  fb::ReshapeOptionsT from_input;
  from_input.from_input = true;
  b.output(b.node(OpType::reshape, {x, order}, from_input));
  check_untouched(b.graph, simplify_shape_arithmetic);
}

}  // namespace linnet::test
