#include "converter/passes/passes.h"
#include "converter/passes/quantized.h"

namespace linnet {

// Before: y = conv_2d(x, W, b); z = max_pool_2d(y); q = quantize(z)
// After:  y = conv_2d(x, W, b); y' = quantize(y); q = max_pool_2d(y')
// Quantizing keeps the order of values, so it changes places with ops that move or compare them;
// then it stands right behind the op that computes. Not past pads, slices and the like, which would
// quantize what nobody reads.
bool hoist_quantize(ir::Graph& graph) {
  using ir::OpType;
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    if (graph.nodes[n].op != OpType::quantize) return false;
    const int z = graph.nodes[n].inputs[0], before = uses.producer(z);
    if (before < 0 || uses.only_reader(z) < 0) return false;
    ir::Node& mover = graph.nodes[static_cast<size_t>(before)];
    switch (mover.op) {
      case OpType::reshape:
      case OpType::squeeze:
      case OpType::unsqueeze:
      case OpType::transpose:
      case OpType::max_pool_2d:
      case OpType::reduce_max:
      case OpType::reduce_min:
        break;
      default:
        return false;
    }
    const int y = mover.inputs[0];
    // Only where it reaches an op: a graph input or a value with other readers gains nothing.
    if (uses.producer(y) < 0 || uses.only_reader(y) < 0) return false;
    const int q = graph.nodes[n].outputs[0];
    const int early = add_like(graph, y, graph.tensor(y).name + "/s8");
    graph.tensor(early).dtype = graph.tensor(q).dtype;
    graph.tensor(early).quantization = graph.tensor(q).quantization;
    graph.nodes[static_cast<size_t>(before)].inputs[0] = early;
    graph.nodes[static_cast<size_t>(before)].outputs = {q};
    graph.nodes[n].inputs = {y};
    graph.nodes[n].outputs = {early};
    return true;
  });
}

}  // namespace linnet
