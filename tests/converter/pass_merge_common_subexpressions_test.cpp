#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("merge_common_subexpressions joins equal nodes and constants", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3});
  const int p = b.clip(b.mul(x, b.f32({3}, {1, 2, 3})), 0, 1);
  const int q = b.clip(b.mul(x, b.f32({3}, {1, 2, 3})), 0, 1);
  b.output(b.add(p, q));
  check_pass(b.graph, merge_common_subexpressions, 0);
  REQUIRE(ops_of(b.graph) == "mul clip add");
}

TEST_CASE("merge_common_subexpressions tells options and quantization apart", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {2, 3});
  b.output(b.clip(x, 0, 1));
  b.output(b.clip(x, 0, 2));
  b.output(b.quantize(x, 0.1f, 0));
  b.output(b.quantize(x, 0.1f, 1));
  b.output(b.mul(x, b.f32({3}, {1, 2, 3})));
  b.output(b.mul(x, b.f32({1, 3}, {1, 2, 3})));
  check_untouched(b.graph, merge_common_subexpressions);
}

}  // namespace linnet::test
