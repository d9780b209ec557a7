#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

namespace {

// x * s + t behind an op with weights: one op is left.
template <typename Linear>
void folds(std::vector<int32_t> input, Linear linear) {
  GraphBuilder b;
  const int y = linear(b, b.input("x", std::move(input)));
  const int32_t channels = b.graph.tensor(y).shape.back();
  int z = b.mul(y, b.random({channels}, 0.5f, 2.0f));
  z = b.add(b.random({1, 1, channels}), z);
  z = b.node(OpType::sub, {z, b.f32({}, {0.25f})}, fb::BinaryOptionsT{});
  z = b.node(OpType::div, {z, b.random({channels}, 1.0f, 2.0f)}, fb::BinaryOptionsT{});
  z = b.node(OpType::sub, {b.f32({}, {1.5f}), z}, fb::BinaryOptionsT{});
  b.output(z);
  const std::string ops = ops_of(b.graph);
  check_pass(b.graph, fuse_batch_norm, 1e-5);
  REQUIRE(ops_of(b.graph) == ops.substr(0, ops.find(' ')));
}

}  // namespace

TEST_CASE("fuse_batch_norm folds scales and offsets into weights", "[pass]") {
  folds({1, 5, 6, 4}, [](GraphBuilder& b, int x) {
    return b.conv(x, b.random({6, 3, 3, 4}), b.random({6}), 1);
  });
  folds({1, 5, 6, 4}, [](GraphBuilder& b, int x) {
    return b.conv(x, b.random({6, 3, 3, 2}), -1, 0, 2);
  });
  folds({1, 5, 6, 4}, [](GraphBuilder& b, int x) {
    return b.depthwise(x, b.random({3, 3, 4}), -1, 1);
  });
  folds({2, 3, 4}, [](GraphBuilder& b, int x) {
    return b.fully_connected(x, b.random({7, 4}), b.random({7}));
  });
  folds({1, 3, 4, 6}, [](GraphBuilder& b, int x) {
    fb::ConvTranspose2dOptionsT o;
    o.window = std::make_unique<fb::Window>(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
    o.group = 2;
    return b.node(OpType::conv_transpose_2d, {x, b.random({4, 2, 2, 3}), -1}, std::move(o));
  });
}

TEST_CASE("fuse_batch_norm leaves values with other readers and other axes", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4, 4, 4});
  const int y = b.conv(x, b.random({4, 1, 1, 4}));
  b.output(b.mul(y, b.random({4})));
  b.output(b.node(OpType::abs, {y}));
  const int z = b.conv(x, b.random({4, 1, 1, 4}));
  b.output(b.add(z, b.random({4, 1})));  // one value for each column, not channel
  const int w = b.conv(x, b.random({4, 1, 1, 4}));
  b.output(b.node(OpType::div, {b.f32({}, {1.0f}), w}, fb::BinaryOptionsT{}));
  check_untouched(b.graph, fuse_batch_norm);
}

}  // namespace linnet::test
