#include "converter/passes/passes.h"
#include "converter/passes/quantized.h"

namespace linnet {

namespace {

using ir::OpType;

// A concat of quantized values that all mean the same needs no arithmetic.
bool gather_sources(ir::Graph& graph, const Uses& uses, const ir::Node& node,
                    std::vector<int>* sources) {
  const size_t data = node.op == OpType::concat ? node.inputs.size() : 1;
  *sources = node.inputs;
  for (size_t i = 0; i < data; ++i) {
    const int source = quantized_source(graph, uses, node.inputs[i]);
    if (source < 0) return false;
    (*sources)[i] = source;
    const auto &a = graph.tensor(source).quantization,
               &b = graph.tensor((*sources)[0]).quantization;
    if (a.scale != b.scale || zero_point_of(a) != zero_point_of(b)) return false;
  }
  return true;
}

}  // namespace

// Before: y = dequantize(q); z = max_pool_2d(y)
// After:  z' = max_pool_2d(q); z = dequantize(z')
// For ops that keep values, and argmax and shape, which give no real values at all. The dequantize
// then meets the next quantize, or moves on to where fewer values are left.
bool sink_dequantize(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node node = graph.nodes[n];
    if (node.inputs.empty() || node.inputs[0] < 0) return false;
    std::vector<int> sources;
    const bool movable = keeps_values(node) || node.op == OpType::concat;
    const bool indices = node.op == OpType::argmax || node.op == OpType::shape;
    if ((!movable && !indices) || !gather_sources(graph, uses, node, &sources)) return false;
    if (graph.is_constant(sources[0])) return false;
    node.inputs = sources;
    if (movable) {
      const std::vector<int> outputs = node.outputs;
      for (size_t i = 0; i < outputs.size(); ++i) {
        const int q = add_like(graph, outputs[i], graph.tensor(outputs[i]).name + "/s8");
        graph.tensor(q).dtype = ir::DType::s8;
        graph.tensor(q).quantization = graph.tensor(sources[0]).quantization;
        node.outputs[i] = q;
        graph.nodes.push_back(ir::make_node(OpType::dequantize, node.name, {q}, {outputs[i]}));
      }
    }
    graph.nodes[n] = std::move(node);
    return true;
  });
}

}  // namespace linnet
