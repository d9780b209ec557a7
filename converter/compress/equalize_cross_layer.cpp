#include <algorithm>
#include <cmath>
#include <limits>

#include "converter/compress/compress.h"

namespace linnet {
namespace {

using fb::OpType;

// Axis of a layer's weights that counts its output (input) channels; -1 where they cannot be told
// apart.
int output_axis(const ir::Node& node) { return node.op == OpType::depthwise_conv_2d ? 2 : 0; }
int input_axis(const ir::Node& node) {
  switch (node.op) {
    case OpType::conv_2d:
      return node.as<fb::Conv2dOptionsT>().group == 1 ? 3 : -1;
    case OpType::depthwise_conv_2d:
      return 2;
    case OpType::fully_connected:
      return 1;
    default:
      return -1;
  }
}

// Scaling by a positive factor passes through the layer's clamp: none, or [0, inf).
bool clamp_is_homogeneous(const ir::Node& node) {
  const auto homogeneous = [](const auto& options) {
    return std::isinf(options.clamp_max) &&
           (std::isinf(options.clamp_min) || options.clamp_min == 0);
  };
  switch (node.op) {
    case OpType::conv_2d:
      return homogeneous(node.as<fb::Conv2dOptionsT>());
    case OpType::depthwise_conv_2d:
      return homogeneous(node.as<fb::DepthwiseConv2dOptionsT>());
    case OpType::fully_connected:
      return homogeneous(node.as<fb::FullyConnectedOptionsT>());
    default:
      return false;
  }
}

size_t channel_of(const std::vector<int32_t>& shape, int axis, size_t index) {
  size_t inner = 1;
  for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i)
    inner *= static_cast<size_t>(shape[i]);
  return index / inner % static_cast<size_t>(shape[static_cast<size_t>(axis)]);
}

std::vector<float> channel_ranges(const ir::Tensor& weights, int axis) {
  std::vector<float> ranges(static_cast<size_t>(weights.shape[static_cast<size_t>(axis)]), 0.0f);
  const std::span<const float> w = weights.values<float>();
  for (size_t i = 0; i < w.size(); ++i) {
    float& range = ranges[channel_of(weights.shape, axis, i)];
    range = std::max(range, std::fabs(w[i]));
  }
  return ranges;
}

void scale_channels(ir::Tensor& tensor, int axis, const std::vector<float>& factors) {
  std::vector<float> values(tensor.values<float>().begin(), tensor.values<float>().end());
  for (size_t i = 0; i < values.size(); ++i)
    values[i] *= factors[channel_of(tensor.shape, axis, i)];
  tensor.bytes = ir::Bytes::of(values);
}

struct Pair {
  size_t first, second;  // nodes
};

std::vector<Pair> find_pairs(const ir::Graph& graph) {
  const std::vector<int> producer = graph.producers();
  const std::vector<std::vector<int>> readers = graph.consumers();
  const auto read_once = [&](int id) {
    return id < 0 || readers[static_cast<size_t>(id)].size() == 1;
  };
  std::vector<Pair> pairs;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& second = graph.nodes[n];
    if (!is_weighted_layer(graph, second) || input_axis(second) < 0 || !read_once(second.inputs[1]))
      continue;
    const int between = second.inputs[0];
    const int p = producer[static_cast<size_t>(between)];
    if (p < 0 || !read_once(between) || graph.is_output(between)) continue;
    const ir::Node& first = graph.nodes[static_cast<size_t>(p)];
    if (!is_weighted_layer(graph, first) || !clamp_is_homogeneous(first) ||
        !read_once(first.inputs[1]))
      continue;
    const int bias = first.inputs.size() > 2 ? first.inputs[2] : -1;
    if (bias >= 0 && (!graph.is_constant(bias) || !read_once(bias))) continue;
    pairs.push_back({static_cast<size_t>(p), n});
  }
  return pairs;
}

// Returns the largest |log2| of a factor applied.
float equalize(ir::Graph& graph, const ir::Node& first, const ir::Node& second) {
  ir::Tensor& w1 = graph.tensor(first.inputs[1]);
  ir::Tensor& w2 = graph.tensor(second.inputs[1]);
  const std::vector<float> r1 = channel_ranges(w1, output_axis(first));
  const std::vector<float> r2 = channel_ranges(w2, input_axis(second));
  if (r1.size() != r2.size()) return 0;
  std::vector<float> down(r1.size(), 1.0f);
  std::vector<float> up(r1.size(), 1.0f);
  float largest = 0;
  for (size_t i = 0; i < r1.size(); ++i) {
    if (r1[i] <= 0 || r2[i] <= 0) continue;
    // In double: the product of two small ranges is 0 in float.
    const double a = static_cast<double>(r1[i]), b = static_cast<double>(r2[i]);
    const float s = static_cast<float>(std::sqrt(a * b) / b);
    down[i] = 1 / s;
    up[i] = s;
    largest = std::max(largest, std::fabs(std::log2(s)));
  }
  scale_channels(w1, output_axis(first), down);
  if (first.inputs.size() > 2 && first.inputs[2] >= 0)
    scale_channels(graph.tensor(first.inputs[2]), 0, down);
  scale_channels(w2, input_axis(second), up);
  return largest;
}

}  // namespace

int equalize_cross_layer(ir::Graph& graph) {
  constexpr int kMostRounds = 20;
  constexpr float kConverged = 0.01f;
  const std::vector<Pair> pairs = find_pairs(graph);
  for (int round = 0; round < kMostRounds; ++round) {
    float change = 0;
    for (const Pair& pair : pairs) {
      change = std::max(change, equalize(graph, graph.nodes[pair.first], graph.nodes[pair.second]));
    }
    if (change < kConverged) break;
  }
  return static_cast<int>(pairs.size());
}

}  // namespace linnet
