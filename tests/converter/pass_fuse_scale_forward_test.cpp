#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fuse_scale_forward folds a scale and an offset into what follows", "[pass]") {
  GraphBuilder b;
  const int x = b.node(OpType::abs, {b.input("x", {1, 5, 6, 4})});
  const int a = b.add(b.mul(x, b.random({4}, 0.5f, 2.0f)), b.f32({}, {0.75f}));
  b.output(b.conv(a, b.random({6, 1, 1, 2}), b.random({6}), 0, 2));
  const int c = b.add(b.mul(x, b.random({4}, 0.5f, 2.0f)), b.random({4}));
  b.output(b.depthwise(c, b.random({3, 3, 4})));
  check_pass(b.graph, fuse_scale_forward, 1e-5);
  REQUIRE(ops_of(b.graph) == "abs conv_2d depthwise_conv_2d");
}

TEST_CASE("fuse_scale_forward keeps an offset that pads would cut", "[pass]") {
  GraphBuilder b;
  const int x = b.node(OpType::abs, {b.input("x", {1, 5, 6, 4})});
  const int a = b.add(b.mul(x, b.f32({}, {0.5f})), b.f32({}, {0.75f}));
  b.output(b.depthwise(a, b.random({3, 3, 4}), b.random({4}), 1));
  check_pass(b.graph, fuse_scale_forward, 1e-5);
  REQUIRE(ops_of(b.graph) == "abs add depthwise_conv_2d");
}

TEST_CASE("fuse_scale_forward leaves values with other readers", "[pass]") {
  GraphBuilder b;
  const int m = b.mul(b.input("x", {1, 5, 6, 4}), b.f32({}, {0.5f}));
  b.output(b.conv(m, b.random({6, 1, 1, 4})));
  b.output(b.node(OpType::abs, {m}));
  check_untouched(b.graph, fuse_scale_forward);
}

}  // namespace linnet::test
