#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

// Before: s = sigmoid(x); y = mul(x, s)
// After:  y = silu(x)
bool fuse_silu(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::mul || !clamp_of(node)->open()) return false;
    for (size_t i : {size_t{0}, size_t{1}}) {
      const ir::Node* gate = producer_of(graph, uses, node.inputs[i], ir::OpType::sigmoid);
      if (!gate || gate->inputs[0] != node.inputs[1 - i]) continue;
      node.op = ir::OpType::silu;
      node.inputs = {gate->inputs[0]};
      node.options.Reset();
      return true;
    }
    return false;
  });
}

}  // namespace linnet
