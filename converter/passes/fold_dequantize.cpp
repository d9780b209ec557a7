#include "converter/ir/int8_ops.h"
#include "converter/ir/permute.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantized.h"

namespace linnet {

namespace {

// Layers whose weights `w` become float, for the report.
void note_layers(ir::Graph& graph, const Uses& uses, const ir::Tensor& weights, int w) {
  for (int n : uses.readers(w)) {
    const ir::Node& node = graph.nodes[static_cast<size_t>(n)];
    if (ir::int8_kind(node.op) != ir::Int8Kind::weighted || node.inputs[1] != w) continue;
    std::string why = obstacle_to_integer(weights, node.op);
    if (why.empty() && quantized_source(graph, uses, node.inputs[0]) < 0)
      why = "its input is not quantized to signed 8 bits with one scale";
    if (why.empty()) why = "its bias or result is not quantized as integer kernels need it";
    graph.notes[node.name] = why + "; runs in float with the values that its weights stand for";
  }
}

}  // namespace

// Before: w = dequantize(constant s8); y = conv_2d(x: f32, w)
// After:  y = conv_2d(x, constant f32)
// Runs after fuse_quantized_ops: what is left belongs to ops that stay float.
bool fold_dequantize(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::dequantize || !graph.is_constant(node.inputs[0])) return false;
    const int y = node.outputs[0];
    if (graph.is_output(y) || graph.tensor(node.inputs[0]).quantization.block != 0) return false;
    note_layers(graph, uses, graph.tensor(node.inputs[0]), y);
    ir::Tensor real = ir::dequantized(graph.tensor(node.inputs[0]));
    real.name = graph.tensor(y).name;
    graph.tensor(y) = std::move(real);
    kill_node(node);
    return true;
  });
}

}  // namespace linnet
