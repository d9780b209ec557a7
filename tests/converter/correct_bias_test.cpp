#include "converter/compress/correct_bias.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

// Weights moved by `errors`, as f32.
ir::Tensor moved(const ir::Tensor& weights, const std::vector<float>& errors) {
  std::vector<float> values(weights.values<float>().begin(), weights.values<float>().end());
  for (size_t i = 0; i < values.size(); ++i) values[i] += errors[i];
  ir::Tensor tensor = weights;
  tensor.bytes = ir::Bytes::of(values);
  return tensor;
}

}  // namespace

TEST_CASE("the mean error of a layer is the weights' error times the input's mean", "[compress]") {
  GraphBuilder b;
  const int x = b.input("x", {1, 4, 4, 2});
  const int dense = b.f32({2, 1, 2, 2}, std::vector<float>(8, 0.0f));
  b.conv(x, dense);
  // (ŵ - w) of output 0: taps 1 and 2 of channel 0, tap 2 of channel 1; output 1: nothing.
  const auto conv =
      mean_weight_error(node_of(b.graph, OpType::conv_2d), b.graph.tensor(dense),
                        moved(b.graph.tensor(dense), {1, 0, 2, -4, 0, 0, 0, 0}), {10, 100});
  REQUIRE(conv == std::vector<double>{(1 + 2) * 10 - 4 * 100, 0});

  const int each = b.f32({1, 2, 2}, std::vector<float>(4, 0.0f));
  b.depthwise(x, each);
  const auto depthwise =
      mean_weight_error(node_of(b.graph, OpType::depthwise_conv_2d), b.graph.tensor(each),
                        moved(b.graph.tensor(each), {1, 2, 3, -4}), {10, 100});
  REQUIRE(depthwise == std::vector<double>{(1 + 3) * 10, (2 - 4) * 100});

  const int matrix = b.f32({1, 2}, {0, 0});
  b.fully_connected(x, matrix);
  const auto full =
      mean_weight_error(node_of(b.graph, OpType::fully_connected), b.graph.tensor(matrix),
                        moved(b.graph.tensor(matrix), {0.5f, -1}), {10, 100});
  REQUIRE(full == std::vector<double>{5 - 100});
}

TEST_CASE("groups of a convolution see the means of their own channels", "[compress]") {
  GraphBuilder b;
  const int weights = b.f32({4, 1, 1, 1}, std::vector<float>(4, 0.0f));
  b.conv(b.input("x", {1, 1, 1, 2}), weights, -1, 0, 2);
  const auto error = mean_weight_error(node_of(b.graph, OpType::conv_2d), b.graph.tensor(weights),
                                       moved(b.graph.tensor(weights), {1, 2, 3, 4}), {10, 100});
  REQUIRE(error == std::vector<double>{10, 20, 300, 400});
}

TEST_CASE("means that do not fit the layer correct nothing", "[compress]") {
  GraphBuilder b;
  const int weights = b.f32({1, 2}, {0, 0});
  b.fully_connected(b.input("x", {1, 2}), weights, b.f32({1}, {7}));
  const ir::Node& node = node_of(b.graph, OpType::fully_connected);
  const ir::Tensor& w = b.graph.tensor(weights);
  REQUIRE(mean_weight_error(node, w, moved(w, {1, 1}), {10}).empty());
  REQUIRE(corrected_bias(b.graph, node, w, moved(w, {1, 1}), nullptr) == std::vector<float>{7});
  const TensorStatistics statistics = seen({{10, 100}}, 2);
  REQUIRE(corrected_bias(b.graph, node, w, moved(w, {1, -1}), &statistics) ==
          std::vector<float>{7 - (10 - 100)});
}

TEST_CASE("a corrected layer's mean result is the float one's", "[compress]") {
  GraphBuilder b;
  const int weights = b.random({8, 1, 1, 16}, -0.3f, 0.5f);
  const int x = b.input("x", {1, 8, 8, 16});
  b.output(b.conv(x, weights));
  std::vector<float> values = bell(8 * 8 * 16);
  for (size_t i = 0; i < values.size(); ++i) values[i] += static_cast<float>(i % 16) * 0.3f;
  const Calibration calibration = {{"x", seen({values}, 16)}};
  const Feeds feeds = {{reinterpret_cast<const std::byte*>(values.data()),
                        reinterpret_cast<const std::byte*>(values.data() + values.size())}};
  const std::vector<float> wanted = run_graph(b.graph, feeds)[0];

  // Σ over pixels of (int4 - float) for each channel, with the bias corrected or not.
  const auto mean_errors = [&](bool correct) {
    ir::Graph graph = b.graph;
    ConvertOptions options = options_of(WeightType::int4);
    options.bias_correction = correct;
    Reasons reasons;
    compress_weights(graph, Recipe(options), calibration, reasons);
    const ir::Node& node = node_of(graph, OpType::conv_2d);
    const std::vector<float> stored = dequantize_weights(graph.tensor(node.inputs[1]));
    ir::Graph exact = graph;  // without the rounding of activations
    exact.nodes[0].inputs[1] = exact.add_f32("stored", {8, 1, 1, 16}, stored);
    const std::vector<float> result = run_graph(exact, feeds)[0];
    std::vector<double> errors(8, 0.0);
    for (size_t i = 0; i < result.size(); ++i)
      errors[i % 8] += static_cast<double>(result[i] - wanted[i]) / 64;
    return errors;
  };
  const std::vector<double> plain = mean_errors(false), corrected = mean_errors(true);
  for (size_t c = 0; c < 8; ++c) {
    INFO("channel " << c << ": " << plain[c] << " became " << corrected[c]);
    REQUIRE(std::fabs(corrected[c]) <= 1e-5);
    REQUIRE(std::fabs(plain[c]) > 1e-3);
  }
}

}  // namespace linnet::test
