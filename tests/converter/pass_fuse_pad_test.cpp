#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

int pad(GraphBuilder& b, int x, std::vector<int32_t> pads, float value = 0.0f) {
  fb::PadOptionsT o;
  o.pads = std::move(pads);
  o.value = value;
  return b.node(OpType::pad, {x}, std::move(o));
}

int pool(GraphBuilder& b, OpType op, int x) {
  fb::Pool2dOptionsT o;
  o.window = std::make_unique<fb::Window>(3, 3, 2, 2, 1, 1, 0, 0, 0, 0);
  return b.node(op, {x}, std::move(o));
}

}  // namespace

TEST_CASE("fuse_pad moves zeros into windows", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 6, 7, 4});
  b.output(b.conv(pad(b, x, {0, 1, 2, 0, 0, 0, 1, 0}), b.random({5, 3, 3, 4})));
  b.output(b.depthwise(pad(b, x, {0, 1, 1, 0, 0, 1, 1, 0}), b.random({3, 3, 4})));
  b.output(pool(b, OpType::average_pool_2d, pad(b, x, {0, 1, 1, 0, 0, 1, 1, 0})));
  b.output(pool(b, OpType::max_pool_2d, pad(b, b.clip(x, 0, 6), {0, 1, 1, 0, 0, 1, 1, 0})));
  check_pass(b.graph, fuse_pad, 1e-6);
  REQUIRE(ops_of(b.graph) == "conv_2d depthwise_conv_2d average_pool_2d clip max_pool_2d");
}

TEST_CASE("fuse_pad reaches through the transpose of an input", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 3, 6, 7});
  const int padded = pad(b, x, {0, 0, 1, 2, 0, 0, 0, 1});
  b.output(b.conv(b.transpose(padded, {0, 2, 3, 1}), b.random({5, 3, 3, 3})));
  check_pass(b.graph, fuse_pad, 1e-6);
  REQUIRE(ops_of(b.graph) == "transpose conv_2d");
}

TEST_CASE("fuse_pad leaves pads that a window does not make", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 6, 7, 4});
  b.output(b.conv(pad(b, x, {0, 1, 1, 0, 0, 1, 1, 0}, 1.0f), b.random({5, 3, 3, 4})));
  b.output(b.conv(pad(b, x, {0, 1, 1, 0, 0, 1, 1, 2}), b.random({5, 3, 3, 6})));
  // The maximum may be below zero.
  b.output(pool(b, OpType::max_pool_2d, pad(b, x, {0, 1, 1, 0, 0, 1, 1, 0})));
  check_untouched(b.graph, fuse_pad);
}

}  // namespace linnet::test
