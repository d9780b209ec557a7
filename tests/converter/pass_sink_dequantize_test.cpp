#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("sink_dequantize lets ops that keep values work on s8", "[pass]") {
  GraphBuilder b;
  const int x = b.dequantize(b.quantize(b.input("x", {1, 4, 4, 4}), 0.03f, 5));
  fb::Pool2dOptionsT pool;
  pool.window = std::make_unique<fb::Window>(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
  const int y = b.node(OpType::max_pool_2d, {x}, std::move(pool));
  fb::PadOptionsT pad;
  pad.pads = {0, 1, 1, 0, 0, 1, 1, 0};
  b.output(b.reshape(b.node(OpType::pad, {y}, pad), {1, -1}));
  b.output(b.node(OpType::concat, {x, x}, ir::axis_options(1)));
  b.output(b.node(OpType::argmax, {x}, fb::ArgmaxOptionsT{}));
  check_pass(b.graph, sink_dequantize, 0);
  REQUIRE(ops_of(b.graph) ==
          "quantize max_pool_2d pad reshape concat argmax dequantize dequantize");
}

TEST_CASE("sink_dequantize leaves ops that compute and pads of other values", "[pass]") {
  GraphBuilder b;
  const int x = b.dequantize(b.quantize(b.input("x", {1, 4}), 0.03f, 5));
  const int y = b.dequantize(b.quantize(b.input("y", {1, 4}), 0.04f, 5));
  b.output(b.node(OpType::exp, {x}));
  b.output(b.node(OpType::concat, {x, y}, ir::axis_options(1)));
  fb::PadOptionsT pad;
  pad.pads = {0, 1, 0, 1};
  pad.value = 1.0f;
  b.output(b.node(OpType::pad, {x}, pad));
  check_untouched(b.graph, sink_dequantize);
}

}  // namespace linnet::test
