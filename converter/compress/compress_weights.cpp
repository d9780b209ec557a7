#include <fmt/format.h>

#include <optional>

#include "converter/compress/compress.h"

namespace linnet {
namespace {

using fb::OpType;

// Below this many values behind a row, block scales cost more than 4-bit codes save.
constexpr int64_t kLeastInt4Row = 16;

std::optional<std::string> why_not_int4(const ir::Tensor& weights, OpType op) {
  if (op == OpType::depthwise_conv_2d)
    return "depthwise weights are too few and too sensitive for 4 bits; kept as f16";
  if (op == OpType::conv_transpose_2d) return "transposed convolutions run in float; kept as f16";
  const int64_t k = weights.elements() / weights.shape[0];
  if (k < kLeastInt4Row)
    return fmt::format("rows of {} values are too short for 4-bit blocks; kept as f16", k);
  return {};
}

std::optional<std::string> why_not_int8(OpType op) {
  if (op == OpType::depthwise_conv_2d)
    return "depthwise layers with float activations run in float; kept as f16";
  if (op == OpType::conv_transpose_2d)
    return "transposed convolutions with float activations run in float; kept as f16";
  return {};
}

// What `node`'s weights become; sets `reason` when that is not what the scheme asks for.
ir::Tensor compress(const ir::Tensor& weights, OpType op, const LayerScheme& scheme,
                    std::string& reason) {
  std::optional<std::string> obstacle;
  switch (scheme.weights) {
    case WeightType::f32:
      return weights;
    case WeightType::f16:
      return convert_weights_f16(weights);
    case WeightType::int8:
      obstacle = why_not_int8(op);
      break;
    case WeightType::int4:
      obstacle = why_not_int4(weights, op);
      break;
  }
  if (obstacle) {
    reason = *obstacle;
    return convert_weights_f16(weights);
  }
  return scheme.weights == WeightType::int8 ? quantize_weights_int8(weights, 0)
                                            : quantize_weights_int4(weights, scheme.block);
}

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

void compress_weights(ir::Graph& graph, const Recipe& recipe, Reasons& reasons) {
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    ir::Node& node = graph.nodes[n];
    if (!is_weighted_layer(graph, node)) continue;
    std::string reason;
    ir::Tensor stored =
        compress(graph.tensor(node.inputs[1]), node.op, recipe.scheme(node.name), reason);
    if (!reason.empty() && !reasons.contains(node.name)) reasons[node.name] = reason;
    const int id = graph.add_constant(stored.name, stored.dtype, stored.shape, stored.bytes);
    graph.tensor(id).quantization = std::move(stored.quantization);
    node.inputs[1] = id;
  }
  graph.remove_unused();
}

}  // namespace linnet
