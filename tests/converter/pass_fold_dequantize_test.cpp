#include <catch2/catch_test_macros.hpp>

#include "converter/passes/passes.h"
#include "tests/converter/graph_fixture.h"

namespace linnet::test {

TEST_CASE("fold_dequantize makes left-over constants float", "[pass]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 5, 5, 4});
  const int w = b.random_s8({6, 3, 3, 4}, 0);
  const float first = static_cast<float>(b.graph.tensor(w).values<int8_t>()[0]) *
                      b.graph.tensor(w).quantization.scale[0];
  b.output(b.conv(x, b.dequantize(w)));
  REQUIRE(fold_dequantize(b.graph));
  b.graph.check();
  REQUIRE(ops_of(b.graph) == "conv_2d");
  const ir::Tensor& weights = b.graph.tensor(b.graph.nodes[0].inputs[1]);
  REQUIRE(weights.dtype == DType::f32);
  REQUIRE_FALSE(weights.quantization.present());
  REQUIRE(weights.values<float>()[0] == first);
}

TEST_CASE("fold_dequantize leaves activations", "[pass]") {
  GraphBuilder b;
  b.output(b.dequantize(b.quantize(b.input("x", {1, 4}), 0.03f, 5)));
  check_untouched(b.graph, fold_dequantize);
}

}  // namespace linnet::test
