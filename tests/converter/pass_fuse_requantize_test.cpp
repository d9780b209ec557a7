#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fuse_requantize removes pairs that mean the same", "[pass]") {
  GraphBuilder b;
  const int q = b.quantize(b.input("x", {2, 4}), 0.03f, 5);
  const int again = b.quantize(b.dequantize(q), 0.03f, 5);
  b.output(b.dequantize(again));
  check_pass(b.graph, fuse_requantize, 0);
  REQUIRE(ops_of(b.graph) == "quantize dequantize");
}

TEST_CASE("fuse_requantize joins pairs that do not", "[pass]") {
  GraphBuilder b;
  const int q = b.quantize(b.input("x", {2, 4}), 0.03f, 5);
  b.output(b.quantize(b.dequantize(q), 0.05f, -3));
  check_pass(b.graph, fuse_requantize, 0.2);
  REQUIRE(ops_of(b.graph) == "quantize requantize");
}

TEST_CASE("fuse_requantize drops a clip that the range makes", "[pass]") {
  GraphBuilder b;
  const int x = b.node(OpType::abs, {b.input("x", {2, 4})});
  b.output(b.quantize(b.clip(x, 0, 6), 6.0f / 255, -128));
  check_pass(b.graph, fuse_requantize, 0);
  REQUIRE(ops_of(b.graph) == "abs quantize");
}

TEST_CASE("fuse_requantize leaves a clip that is narrower", "[pass]") {
  GraphBuilder b;
  b.output(b.quantize(b.clip(b.input("x", {2, 4}), 0, 6), 6.0f / 127, 0));
  check_untouched(b.graph, fuse_requantize);
}

}  // namespace linnet::test
