#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {
namespace {

// concat of x [1, 4, 4, 3] and a constant, in either order.
GraphBuilder concat_with(float value, bool constant_first, int axis) {
  GraphBuilder b;
  const int x = b.input("x", {1, 4, 4, 3});
  std::vector<int32_t> shape = {1, 4, 4, 3};
  shape[static_cast<size_t>(axis)] = 2;
  size_t count = 1;
  for (const int32_t d : shape) count *= static_cast<size_t>(d);
  const int c = b.f32(shape, std::vector<float>(count, value));
  fb::AxisOptionsT options;
  options.axis = axis;
  const std::vector<int> inputs = constant_first ? std::vector<int>{c, x} : std::vector<int>{x, c};
  b.output(b.node(OpType::concat, inputs, options));
  return b;
}

}  // namespace

TEST_CASE("turn_concat_into_pad pads with stored zeros", "[pass]") {
  for (const bool first : {false, true}) {
    for (const int axis : {1, 3}) {
      GraphBuilder b = concat_with(0, first, axis);
      check_pass(b.graph, turn_concat_into_pad, 0);
      REQUIRE(ops_of(b.graph) == "pad");
    }
  }
}

TEST_CASE("turn_concat_into_pad leaves other constants", "[pass]") {
  GraphBuilder b = concat_with(1, false, 3);
  check_untouched(b.graph, turn_concat_into_pad);
}

}  // namespace linnet::test
