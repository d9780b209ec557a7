#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("hoist_quantize brings quantize to the op that computes", "[pass]") {
  GraphBuilder b;
  const int y = b.node(OpType::exp, {b.input("x", {1, 4, 4, 4})});
  fb::Pool2dOptionsT pool;
  pool.window = std::make_unique<fb::Window>(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
  b.output(
      b.quantize(b.reshape(b.node(OpType::max_pool_2d, {y}, std::move(pool)), {1, -1}), 0.1f, 0));
  check_pass(b.graph, hoist_quantize, 0);
  REQUIRE(ops_of(b.graph) == "exp quantize max_pool_2d reshape");
}

TEST_CASE("hoist_quantize leaves graph inputs and values with other readers", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4});
  b.output(b.quantize(b.reshape(x, {4}), 0.1f, 0));
  const int y = b.node(OpType::exp, {x});
  b.output(b.quantize(b.reshape(y, {4}), 0.1f, 0));
  b.output(b.node(OpType::abs, {y}));
  check_untouched(b.graph, hoist_quantize);
}

}  // namespace linnet::test
