#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

// x [2, 3, 4, 5] behind a transpose to [2, 5, 3, 4], then `body`; transposes must end behind it.
template <typename Body>
void sinks(const std::string& ops, Body body) {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 4, 5});
  for (int id : body(b, b.transpose(x, {0, 3, 1, 2}))) b.output(id);
  check_pass(b.graph, sink_transpose, 1e-6);
  REQUIRE(ops_of(b.graph) == ops);
}

}  // namespace

TEST_CASE("sink_transpose passes elementwise ops and permutes their constants", "[pass]") {
  sinks("abs add transpose", [](GraphBuilder& b, int x) {
    return std::vector{b.add(b.node(OpType::abs, {x}), b.random({5, 1, 1}))};
  });
  sinks("mul transpose", [](GraphBuilder& b, int x) {
    return std::vector{b.mul(b.random({2, 5, 3, 4}), x)};
  });
  sinks("mul transpose",
        [](GraphBuilder& b, int x) { return std::vector{b.mul(x, b.f32({}, {2}))}; });
  sinks("quantize dequantize transpose",
        [](GraphBuilder& b, int x) { return std::vector{b.dequantize(b.quantize(x, 0.1f, 3))}; });
}

TEST_CASE("sink_transpose passes ops that name axes", "[pass]") {
  sinks("reduce_mean transpose", [](GraphBuilder& b, int x) {
    return std::vector{b.reduce(OpType::reduce_mean, x, {2, 3})};
  });
  sinks("reduce_max", [](GraphBuilder& b, int x) {
    return std::vector{b.reduce(OpType::reduce_max, x, {2, -1}, false)};
  });
  sinks("softmax transpose", [](GraphBuilder& b, int x) {
    return std::vector{b.node(OpType::softmax, {x}, ir::axis_options(1))};
  });
  sinks("concat transpose", [](GraphBuilder& b, int x) {
    return std::vector{b.node(OpType::concat, {x, x}, ir::axis_options(1))};
  });
  sinks("slice transpose", [](GraphBuilder& b, int x) {
    fb::SliceOptionsT o;
    o.starts = {0, 1};
    o.ends = {2, 4};
    return std::vector{b.node(OpType::slice, {x}, o)};
  });
  sinks("pad transpose", [](GraphBuilder& b, int x) {
    fb::PadOptionsT o;
    o.pads = {0, 1, 2, 0, 0, 0, 1, 3};
    return std::vector{b.node(OpType::pad, {x}, o)};
  });
  sinks("argmax", [](GraphBuilder& b, int x) {
    fb::ArgmaxOptionsT o;
    o.axis = 1;
    o.keep_dims = false;
    return std::vector{b.node(OpType::argmax, {x}, o)};
  });
  sinks("shape gather", [](GraphBuilder& b, int x) {
    return std::vector{b.node(OpType::shape, {x}, fb::ShapeOptionsT{})};
  });
}

TEST_CASE("sink_transpose passes squeeze and unsqueeze", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 1, 4, 5});
  const int narrow = b.node(OpType::squeeze, {b.transpose(x, {0, 3, 1, 2})}, ir::axes_options({2}));
  b.output(b.node(OpType::unsqueeze, {b.node(OpType::abs, {narrow})}, ir::axes_options({2})));
  check_pass(b.graph, sink_transpose, 0);
  REQUIRE(ops_of(b.graph) == "squeeze abs unsqueeze transpose");
  REQUIRE(b.graph.nodes[3].as<fb::TransposeOptionsT>().perm == std::vector<int32_t>{0, 3, 1, 2});
}

TEST_CASE("sink_transpose joins two transposed branches, and a gate of size 1", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 4, 5}), y = b.input("y", {2, 3, 4, 5}),
            gate = b.input("gate", {2, 5, 1, 1});
  const int sum = b.add(b.transpose(x, {0, 3, 1, 2}), b.transpose(y, {0, 3, 1, 2}));
  b.output(b.mul(sum, gate));
  check_pass(b.graph, sink_transpose, 0);
  REQUIRE(ops_of(b.graph) == "add transpose mul transpose");
}

TEST_CASE("sink_transpose leaves one transposed branch of two", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3, 4, 5}), y = b.input("y", {2, 5, 3, 4});
  b.output(b.add(b.transpose(x, {0, 3, 1, 2}), y));
  check_untouched(b.graph, sink_transpose);
}

TEST_CASE("sink_transpose and eliminate_transpose make a chain NHWC", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 3, 6, 6});
  const int first = b.conv(b.transpose(x, {0, 2, 3, 1}), b.random({8, 3, 3, 3}), -1, 1);
  const int active = b.clip(b.transpose(first, {0, 3, 1, 2}), 0, 6);
  const int second = b.conv(b.transpose(active, {0, 2, 3, 1}), b.random({8, 3, 3, 8}), -1, 1);
  const int sum = b.add(b.transpose(second, {0, 3, 1, 2}), active);
  b.output(b.transpose(b.transpose(sum, {0, 2, 3, 1}), {0, 3, 1, 2}));
  for (int round = 0; round < 8; ++round) {
    sink_transpose(b.graph);
    eliminate_transpose(b.graph);
  }
  b.graph.check();
  REQUIRE(ops_of(b.graph) == "transpose conv_2d clip conv_2d add transpose");
}

}  // namespace linnet::test
