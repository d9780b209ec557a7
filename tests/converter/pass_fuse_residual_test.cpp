#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fuse_residual adds in the layer in front", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 5, 6, 4});
  const int first = b.conv(x, b.random({4, 3, 3, 4}), b.random({4}), 1);
  const int second = b.add(b.clip(first, 0, 6), b.conv(x, b.random({4, 1, 1, 4})));
  b.output(b.fully_connected(second, b.random({7, 4})));
  b.output(b.add(b.fully_connected(second, b.random({4, 4}), b.random({4})), second));
  check_pass(b.graph, fuse_residual);
  REQUIRE(ops_of(b.graph) == "conv_2d clip conv_2d fully_connected fully_connected");
  REQUIRE(b.graph.nodes[2].inputs.size() == 4);
  REQUIRE(b.graph.nodes[2].inputs[2] == -1);
}

TEST_CASE("fuse_residual takes the clamp of the sum", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 3, 4});
  b.output(b.clip(b.add(x, b.conv(x, b.random({4, 1, 1, 4}))), -1, 1));
  REQUIRE(fuse_activation(b.graph));
  check_pass(b.graph, fuse_residual);
  REQUIRE(ops_of(b.graph) == "conv_2d");
  REQUIRE(b.graph.nodes[0].as<fb::Conv2dOptionsT>().clamp_max == 1.0f);
}

TEST_CASE("fuse_residual adds in a layer of int8 weights with a float result", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 3, 3, 4});
  b.output(b.add(b.conv(x, b.random_s8({4, 1, 1, 4}, 0)), x));
  check_pass(b.graph, fuse_residual);
  REQUIRE(ops_of(b.graph) == "conv_2d");
}

TEST_CASE("fuse_residual leaves what it cannot join", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 3, 3, 4});
  const int weights = b.random({4, 1, 1, 4});
  const int both = b.conv(x, weights);  // read twice
  b.output(b.add(both, x));
  b.output(b.node(OpType::abs, {both}));
  const int twice = b.conv(x, weights);
  b.output(b.add(twice, twice));
  b.output(b.add(b.conv(x, weights), b.random({1, 1, 1, 4})));  // broadcasts
  b.output(b.add(b.clip(b.conv(x, weights), 0, 1), x));         // a clip between
  const int any = b.input("any", {-1, 3, 3, 4});
  b.output(b.add(b.conv(any, weights), any));  // sizes not known
  fuse_activation(b.graph);
  check_untouched(b.graph, fuse_residual);
}

}  // namespace linnet::test
