#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("eliminate_identity removes nodes that do nothing", "[pass]") {
  GraphBuilder b;
  int x = b.input("x", {-1, 3, 4});
  x = b.node(OpType::abs, {x});
  x = b.reshape(x, {0, 3, 4});
  x = b.transpose(x, {0, 1, 2});
  x = b.node(OpType::cast, {x}, ir::cast_options(DType::f32));
  x = b.clip(x, -kInfinity, kInfinity);
  fb::PadOptionsT no_pad;
  no_pad.pads.assign(6, 0);
  x = b.node(OpType::pad, {x}, no_pad);
  fb::SliceOptionsT whole;
  whole.starts = {0, 0};
  whole.ends = {INT32_MAX, 3};
  x = b.node(OpType::slice, {x}, whole);
  x = b.node(OpType::tile, {x, b.s32({1, 1, 1})});
  x = b.node(OpType::expand, {x, b.s32({1, 1})});
  x = b.mul(x, b.f32({}, {1.0f}));
  x = b.add(b.f32({1}, {0.0f}), x);
  x = b.node(OpType::sub, {x, b.f32({}, {0.0f})}, fb::BinaryOptionsT{});
  x = b.node(OpType::div, {x, b.f32({}, {1.0f})}, fb::BinaryOptionsT{});
  b.output(x);
  check_pass(b.graph, eliminate_identity, 0);
  REQUIRE(ops_of(b.graph) == "abs");
}

TEST_CASE("eliminate_identity leaves nodes that only look idle", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 4});
  fb::SliceOptionsT part;
  part.starts = {0};
  part.ends = {2};
  part.axes = {1};
  b.output(b.node(OpType::slice, {x}, part));
  b.output(b.reshape(x, {3, 2, 4}));
  b.output(b.mul(x, b.f32({1, 1, 1, 1}, {1.0f})));  // adds a dimension
  b.output(b.node(OpType::div, {b.f32({}, {1.0f}), x}, fb::BinaryOptionsT{}));
  b.output(b.clip(x, -kInfinity, 1.0f));
  check_untouched(b.graph, eliminate_identity);
}

TEST_CASE("eliminate_identity keeps a copy of an input that is an output", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3});
  b.output(b.reshape(x, {0, 0}));
  check_untouched(b.graph, eliminate_identity);
}

}  // namespace linnet::test
