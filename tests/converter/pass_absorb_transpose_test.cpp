#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("absorb_transpose turns a transposed matrix into transpose_b", "[pass]") {
  GraphBuilder b;
  const int q = b.input("q", {2, 4, 3, 5}), k = b.input("k", {2, 4, 6, 5});
  b.output(
      b.node(OpType::batch_matmul, {q, b.transpose(k, {0, 1, 3, 2})}, fb::BatchMatmulOptionsT{}));
  check_pass(b.graph, absorb_transpose);
  REQUIRE(ops_of(b.graph) == "batch_matmul");
  REQUIRE(b.graph.nodes[0].as<fb::BatchMatmulOptionsT>().transpose_b);
}

TEST_CASE("absorb_transpose keeps rows together when more axes move", "[pass]") {
  GraphBuilder b;
  const int q = b.input("q", {2, 4, 3, 5}), k = b.input("k", {2, 6, 4, 5});
  b.output(
      b.node(OpType::batch_matmul, {q, b.transpose(k, {0, 2, 3, 1})}, fb::BatchMatmulOptionsT{}));
  check_pass(b.graph, absorb_transpose);
  REQUIRE(ops_of(b.graph) == "transpose batch_matmul");
  REQUIRE(b.graph.nodes[0].as<fb::TransposeOptionsT>().perm == std::vector<int32_t>{0, 2, 1, 3});
}

TEST_CASE("absorb_transpose reorders the columns behind a flatten", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {-1, 2, 3, 4});
  const int flat = b.reshape(b.transpose(x, {0, 3, 1, 2}), {0, -1});
  b.output(b.fully_connected(flat, b.random({5, 24}), b.random({5})));
  check_pass(b.graph, absorb_transpose);
  REQUIRE(ops_of(b.graph) == "reshape fully_connected");
}

}  // namespace linnet::test
