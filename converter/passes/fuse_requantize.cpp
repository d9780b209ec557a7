#include "converter/passes/passes.h"

// Before: s8 ─▶ dequantize ─▶ quantize ─▶ s8
// After:  nothing where both have the same parameters, else requantize

namespace linnet {

bool fuse_requantize(ir::Graph& graph) {
  const std::vector<int> producer = graph.producers();
  bool changed = false;
  for (ir::Node& node : graph.nodes) {
    if (node.op != fb::OpType::quantize) continue;
    const int p = producer[static_cast<size_t>(node.inputs[0])];
    if (p < 0 || graph.nodes[static_cast<size_t>(p)].op != fb::OpType::dequantize) continue;
    const int source = graph.nodes[static_cast<size_t>(p)].inputs[0];
    const int result = node.outputs[0];
    const ir::Tensor& from = graph.tensor(source);
    const ir::Tensor& to = graph.tensor(result);
    if (from.constant || from.dtype != fb::DType::s8 || to.dtype != fb::DType::s8 ||
        from.quantization.axis >= 0 || to.quantization.axis >= 0) {
      continue;
    }
    if (from.quantization == to.quantization && !graph.is_output(result)) {
      graph.replace_uses(result, source);
    } else {
      node.op = fb::OpType::requantize;
      node.inputs[0] = source;
    }
    changed = true;
  }
  if (changed) graph.remove_unused();
  return changed;
}

}  // namespace linnet
