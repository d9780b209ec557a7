#include "converter/ir/permute.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

// Before: w = dequantize(constant s8); y = conv_2d(x: f32, w)
// After:  y = conv_2d(x, constant f32)
// Runs after fuse_quantized_ops: what is left belongs to ops that stay float.
bool fold_dequantize(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses&, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::dequantize || !graph.is_constant(node.inputs[0])) return false;
    const int y = node.outputs[0];
    if (graph.is_output(y) || graph.tensor(node.inputs[0]).quantization.block != 0) return false;
    ir::Tensor real = ir::dequantized(graph.tensor(node.inputs[0]));
    real.name = graph.tensor(y).name;
    graph.tensor(y) = std::move(real);
    kill_node(node);
    return true;
  });
}

}  // namespace linnet
