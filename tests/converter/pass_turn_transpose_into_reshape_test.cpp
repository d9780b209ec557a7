#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("turn_transpose_into_reshape takes transposes that only move ones", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 1, 1, 6}), image = b.input("image", {-1, -1, -1, 1});
  b.output(b.transpose(x, {0, 3, 1, 2}));
  b.output(b.transpose(image, {0, 3, 1, 2}));
  check_pass(b.graph, turn_transpose_into_reshape, 0);
  REQUIRE(ops_of(b.graph) == "reshape squeeze unsqueeze");
}

TEST_CASE("turn_transpose_into_reshape leaves real transposes", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 1, 2, 6});
  b.output(b.transpose(x, {0, 3, 1, 2}));
  check_untouched(b.graph, turn_transpose_into_reshape);
}

}  // namespace linnet::test
