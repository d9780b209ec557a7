#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fuse_activation joins clips with the op in front", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 5, 6, 4});
  const int y = b.clip(b.conv(x, b.random({6, 1, 1, 4})), 0, 6);
  b.output(b.node(OpType::minimum, {y, b.f32({}, {2.0f})}));
  b.output(b.node(OpType::maximum, {b.f32({}, {0.0f}), b.add(x, x)}));
  b.output(b.clip(b.clip(b.node(OpType::abs, {x}), 1, 3), 2, 5));
  check_pass(b.graph, fuse_activation, 0);
  REQUIRE(ops_of(b.graph) == "conv_2d add abs clip");
  REQUIRE(b.graph.nodes[0].as<fb::Conv2dOptionsT>().clamp_max == 2.0f);
  REQUIRE(b.graph.nodes[1].as<fb::BinaryOptionsT>().clamp_min == 0.0f);
}

TEST_CASE("fuse_activation joins clips that do not overlap", "[pass]") {
  GraphBuilder b;
  const int x = b.node(OpType::abs, {b.input("x", {8})});
  b.output(b.clip(b.clip(x, 0, 1), 2, 3));
  check_pass(b.graph, fuse_activation, 0);
  REQUIRE(b.graph.nodes[1].as<fb::ClipOptionsT>().min == 2.0f);
  REQUIRE(b.graph.nodes[1].as<fb::ClipOptionsT>().max == 2.0f);
}

TEST_CASE("fuse_activation leaves values with other readers", "[pass]") {
  GraphBuilder b;
  const int y = b.add(b.input("x", {8}), b.f32({}, {1.0f}));
  b.output(b.clip(y, 0, 1));
  b.output(b.node(OpType::abs, {y}));
  check_untouched(b.graph, fuse_activation);
}

}  // namespace linnet::test
