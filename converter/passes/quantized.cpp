#include "converter/passes/quantized.h"

#include <algorithm>

namespace linnet {

using ir::DType;
using ir::OpType;

int quantized_source(ir::Graph& graph, const Uses& uses, int id) {
  const ir::Node* node = producer_of(graph, uses, id, OpType::dequantize);
  if (!node) return -1;
  const ir::Tensor& source = graph.tensor(node->inputs[0]);
  const bool plain = source.dtype == DType::s8 && source.quantization.axis < 0 &&
                     source.quantization.scale.size() == 1;
  return plain ? node->inputs[0] : -1;
}

int sole_quantize(const ir::Graph& graph, const Uses& uses, int id) {
  const int n = uses.only_reader(id);
  if (n < 0) return -1;
  const ir::Node& node = graph.nodes[static_cast<size_t>(n)];
  return node.op == OpType::quantize && graph.tensor(node.outputs[0]).dtype == DType::s8 ? n : -1;
}

bool keeps_values(const ir::Node& node) {
  switch (node.op) {
    case OpType::reshape:
    case OpType::squeeze:
    case OpType::unsqueeze:
    case OpType::transpose:
    case OpType::slice:
    case OpType::split:
    case OpType::gather:
    case OpType::expand:
    case OpType::tile:
    case OpType::max_pool_2d:
    case OpType::reduce_max:
    case OpType::reduce_min:
      return true;
    case OpType::resize:
      return node.as<fb::ResizeOptionsT>().mode == fb::ResizeMode::nearest;
    case OpType::pad: {
      const auto& o = node.as<fb::PadOptionsT>();
      return o.mode != fb::PadMode::constant || o.value == 0.0f;
    }
    default:
      return false;
  }
}

std::string obstacle_to_integer(const ir::Tensor& weights, ir::OpType op) {
  const ir::Quantization& q = weights.quantization;
  if (weights.dtype != DType::s8 || q.block != 0) return "its weights are not signed 8-bit values";
  const int channel_axis = op == OpType::depthwise_conv_2d ? 2 : 0;
  if (q.axis >= 0 && q.axis != channel_axis)
    return "its weights have scales along another axis than the output channels";
  for (int32_t zero : q.zero_point) {
    if (zero != 0) {
      return "its weights have zero points, of " + std::to_string(zero) +
             " for one, where integer kernels take symmetric weights";
    }
  }
  const auto values = weights.values<int8_t>();
  if (std::find(values.begin(), values.end(), int8_t{-128}) != values.end())
    return "its weights hold -128, where integer kernels take -127 to 127";
  return {};
}

int32_t zero_point_of(const ir::Quantization& quantization) {
  return quantization.zero_point.empty() ? 0 : quantization.zero_point[0];
}

}  // namespace linnet
