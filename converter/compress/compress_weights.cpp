#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "converter/compress/compress.h"
#include "converter/compress/correct_bias.h"

namespace linnet {
namespace {

using fb::OpType;

// Below this many values behind a row, block scales cost more than 4-bit codes save.
constexpr int64_t kLeastInt4Row = 16;

// The smallest layers of a network lose the most by 4 bits and weigh the least: those that together
// hold up to 1/32 of the int4 weights become int8.
constexpr int64_t kSmallLayersShare = 32;

// Why weights of that op and shape cannot be stored as `type`; empty when they can.
std::string obstacle_to(WeightType type, const ir::Tensor& weights, OpType op) {
  if (type != WeightType::int8 && type != WeightType::int4) return {};
  if (op == OpType::conv_transpose_2d)
    return "transposed convolutions with float activations run in float";
  if (op == OpType::depthwise_conv_2d) {
    return type == WeightType::int4 ? "depthwise weights are too few and too sensitive for 4 bits"
                                    : "depthwise layers with float activations run in float";
  }
  const int64_t k = weights.elements() / std::max(weights.shape[0], 1);
  if (type == WeightType::int4 && k < kLeastInt4Row)
    return fmt::format("rows of {} values are too short for 4-bit blocks", k);
  return {};
}

// Weights as they are stored, and why not as was asked for.
struct Stored {
  ir::Tensor weights;
  std::string reason;
};

Stored store_as_float(const ir::Tensor& weights, const std::string& obstacle) {
  ir::Tensor half = convert_weights_f16(weights);
  const std::string broken = why_broken(weights, half);
  if (broken.empty()) return {std::move(half), obstacle.empty() ? "" : obstacle + "; kept as f16"};
  return {weights, (obstacle.empty() ? "" : obstacle + "; ") + broken + "; kept as f32"};
}

Stored store(const ir::Tensor& weights, OpType op, WeightType type, uint32_t block) {
  if (type == WeightType::f32) return {weights, ""};
  const std::span<const float> w = weights.values<float>();
  if (!std::all_of(w.begin(), w.end(), [](float v) { return std::isfinite(v); }))
    return {weights, "its weights hold values that are not finite; kept as f32"};
  if (type == WeightType::f16) return store_as_float(weights, "");
  const std::string obstacle = obstacle_to(type, weights, op);
  if (!obstacle.empty()) return store_as_float(weights, obstacle);
  ir::Tensor stored = type == WeightType::int8 ? quantize_weights_int8(weights, 0)
                                               : quantize_weights_int4(weights, block);
  const std::string broken = why_broken(weights, stored);
  if (!broken.empty()) return store_as_float(weights, broken);
  return {std::move(stored), ""};
}

class WeightCompressor {
 public:
  WeightCompressor(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration,
                   Reasons& reasons)
      : graph_(graph), recipe_(recipe), calibration_(calibration), reasons_(reasons) {}

  void run() {
    const std::set<int> small = smallest_int4_weights();
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (is_weighted_layer(graph_, graph_.nodes[n])) compress(n, small);
    }
    graph_.remove_unused();
  }

 private:
  // The tensors of the smallest layers that are to be int4 by default, not by the layer's name.
  std::set<int> smallest_int4_weights() const {
    std::map<int, int64_t> sizes;
    std::set<int> named;
    int64_t total = 0;
    for (const ir::Node& node : graph_.nodes) {
      if (!is_weighted_layer(graph_, node)) continue;
      const ir::Tensor& weights = graph_.tensor(node.inputs[1]);
      if (recipe_.scheme(node.name).weights != WeightType::int4 ||
          !obstacle_to(WeightType::int4, weights, node.op).empty())
        continue;
      if (recipe_.names_weights(node.name)) named.insert(node.inputs[1]);
      if (sizes.emplace(node.inputs[1], weights.elements()).second) total += weights.elements();
    }
    std::vector<std::pair<int64_t, int>> ascending;
    for (const auto& [id, size] : sizes) ascending.emplace_back(size, id);
    std::sort(ascending.begin(), ascending.end());
    std::set<int> smallest;
    int64_t sum = 0;
    for (const auto& [size, id] : ascending) {
      sum += size;
      if (sum * kSmallLayersShare > total) break;
      if (!named.contains(id)) smallest.insert(id);
    }
    return smallest;
  }

  void compress(size_t n, const std::set<int>& small) {
    const ir::Node& node = graph_.nodes[n];
    const int original = node.inputs[1];
    LayerScheme scheme = recipe_.scheme(node.name);
    const bool step_up = scheme.weights == WeightType::int4 && small.contains(original);
    if (step_up) scheme.weights = WeightType::int8;
    const auto key = std::tuple(original, scheme.weights, scheme.block, node.op);
    auto found = stored_.find(key);
    if (found == stored_.end()) {
      Stored stored = store(graph_.tensor(original), node.op, scheme.weights, scheme.block);
      if (step_up && stored.reason.empty())
        stored.reason = "one of the smallest layers, where 4 bits cost the most and save the least";
      found = stored_.emplace(key, Shared{add(original, stored.weights), stored.reason}).first;
    }
    if (!found->second.reason.empty()) reasons_.emplace(node.name, found->second.reason);
    correct_bias(n, found->second.id);
    graph_.nodes[n].inputs[1] = found->second.id;
  }

  // The tensor itself when it stays what it is.
  int add(int original, const ir::Tensor& stored) {
    if (stored.dtype == graph_.tensor(original).dtype) return original;
    const int id = graph_.add_constant(stored.name, stored.dtype, stored.shape, stored.bytes);
    graph_.tensor(id).quantization = stored.quantization;
    return id;
  }

  void correct_bias(size_t n, int stored) {
    ir::Node& node = graph_.nodes[n];
    const fb::DType dtype = graph_.tensor(stored).dtype;
    if (!recipe_.bias_correction() || (dtype != fb::DType::s8 && dtype != fb::DType::s4)) return;
    const TensorStatistics* input = statistics_of(graph_, calibration_, node.inputs[0]);
    if (input == nullptr) return;
    const int old = node.inputs.size() > 2 ? node.inputs[2] : -1;
    if (old >= 0 && !graph_.is_constant(old)) return;
    const std::vector<float> bias =
        corrected_bias(graph_, node, graph_.tensor(node.inputs[1]), graph_.tensor(stored), input);
    if (bias.empty()) return;
    const int id = graph_.add_f32(node.name + "/bias", {static_cast<int32_t>(bias.size())}, bias);
    graph_.nodes[n].inputs.resize(3, -1);
    graph_.nodes[n].inputs[2] = id;
  }

  struct Shared {
    int id;
    std::string reason;
  };
  ir::Graph& graph_;
  const Recipe& recipe_;
  const Calibration& calibration_;
  Reasons& reasons_;
  // What became of weights, so that layers that share them go on sharing.
  std::map<std::tuple<int, WeightType, uint32_t, OpType>, Shared> stored_;
};

}  // namespace

bool is_weighted_layer(const ir::Graph& graph, const ir::Node& node) {
  switch (node.op) {
    case OpType::conv_2d:
    case OpType::depthwise_conv_2d:
    case OpType::conv_transpose_2d:
    case OpType::fully_connected:
      break;
    default:
      return false;
  }
  return graph.is_constant(node.inputs[1]) && graph.tensor(node.inputs[1]).dtype == fb::DType::f32;
}

void compress_weights(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration,
                      Reasons& reasons) {
  WeightCompressor(graph, recipe, calibration, reasons).run();
}

}  // namespace linnet
