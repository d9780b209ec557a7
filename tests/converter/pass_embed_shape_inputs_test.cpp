#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("embed_shape_inputs turns constant lists into options", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4, 6, 2});
  fb::ReshapeOptionsT from_input;
  from_input.from_input = true;
  b.output(b.node(OpType::reshape, {x, b.s32({0, -1})}, from_input));
  b.output(b.node(OpType::slice, {x, b.s32({1}), b.s32({3}), b.s32({2}), -1}, fb::SliceOptionsT{}));
  b.output(b.node(OpType::pad, {x, b.s32({0, 1, 1, 0, 0, 0, 2, 0})}, fb::PadOptionsT{}));
  b.output(b.node(OpType::resize, {x, b.s32({8, 9})}, fb::ResizeOptionsT{}));
  check_pass(b.graph, embed_shape_inputs, 0);
  for (const ir::Node& node : b.graph.nodes) REQUIRE(node.inputs.size() == 1);
  REQUIRE(b.graph.tensor(b.graph.outputs[0]).shape == std::vector<int32_t>{1, 48});
  REQUIRE(b.graph.tensor(b.graph.outputs[3]).shape == std::vector<int32_t>{1, 8, 9, 2});
}

}  // namespace linnet::test
