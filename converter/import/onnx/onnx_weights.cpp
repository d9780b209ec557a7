#include "converter/import/onnx/onnx_weights.h"

#include <fmt/format.h>

#include <stdexcept>

#include "converter/ir/permute.h"

namespace linnet::onnx_import {

namespace {

// The constant that a dequantize node turns into tensor `id`, or -1.
int dequantize_source(const ir::Graph& graph, int id) {
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (node->outputs[0] != id) continue;
    return node->op == ir::OpType::dequantize && graph.is_constant(node->inputs[0])
               ? node->inputs[0]
               : -1;
  }
  return -1;
}

int add_dequantize(OnnxNode& node, ir::Tensor quantized) {
  quantized.name = node.importer().unique_name(quantized.name);
  return node.emit(ir::OpType::dequantize, {node.graph().add_tensor(std::move(quantized))});
}

}  // namespace

int weights_source(OnnxNode& node, int i) {
  const int id = node.quantized_input(i);
  return node.graph().is_constant(id) ? id : dequantize_source(node.graph(), id);
}

int laid_out_weights(OnnxNode& node, int i, const WeightLayout& layout, const std::string& what) {
  int id = weights_source(node, i);
  if (id < 0) id = node.constant_input(i, what);
  ir::Tensor weights = node.tensor(id);
  if (weights.quantization.present()) {
    const int axis = weights.quantization.axis;
    if (axis >= 0 && axis != layout.channels_in) weights = ir::dequantized(weights);
  }
  node.require(weights.elements() != 0, fmt::format("its {} holds no values", what));
  const bool quantized = weights.quantization.present();
  if (!quantized && weights.dtype != ir::DType::f32) {
    throw std::invalid_argument(fmt::format("its {} is not float", what));
  }
  weights.bytes =
      ir::permute(weights.bytes, layout.view, layout.perm, ir::element_size(weights.dtype));
  weights.shape = layout.result;
  if (weights.quantization.axis >= 0) weights.quantization.axis = layout.channels_out;
  if (quantized) return add_dequantize(node, std::move(weights));
  weights.name = node.importer().unique_name(weights.name);
  return node.graph().add_tensor(std::move(weights));
}

int bias_input(OnnxNode& node, int i, int32_t channels) {
  if (!node.has_input(i)) return -1;
  int id = weights_source(node, i);
  if (id < 0) id = node.constant_input(i, "bias");
  const ir::Tensor& bias = node.tensor(id);
  if (bias.elements() != channels) {
    throw std::invalid_argument(
        fmt::format("a bias of {} values for {} channels", bias.elements(), channels));
  }
  if (bias.quantization.present()) {
    ir::Tensor flat = bias;
    flat.shape = {channels};
    if (flat.quantization.axis >= 0) flat.quantization.axis = 0;
    return add_dequantize(node, std::move(flat));
  }
  if (bias.dtype != ir::DType::f32) throw std::invalid_argument("its bias is not float");
  if (bias.shape.size() == 1) return id;
  ir::Tensor flat = bias;
  flat.shape = {channels};
  flat.name = node.importer().unique_name(flat.name);
  return node.graph().add_tensor(std::move(flat));
}

}  // namespace linnet::onnx_import
