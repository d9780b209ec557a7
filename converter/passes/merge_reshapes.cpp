#include <algorithm>

#include "converter/ir/options.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

bool only_reshapes(OpType op) {
  return op == OpType::reshape || op == OpType::squeeze || op == OpType::unsqueeze;
}

}  // namespace

// Before: y = unsqueeze(x: [2, 6]); z = reshape(y, [3, 4])
// After:  z = reshape(x, [3, 4])
// The result needs at most one unknown dimension, because the ones that `z` copies are those of
// `y`.
bool merge_reshapes(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (!only_reshapes(node.op)) return false;
    const int before = uses.producer(node.inputs[0]);
    if (before < 0 || !only_reshapes(graph.nodes[static_cast<size_t>(before)].op)) return false;
    const ir::Node& first = graph.nodes[static_cast<size_t>(before)];
    std::vector<int32_t> shape = graph.tensor(node.outputs[0]).shape;
    const std::vector<int32_t>& x = graph.tensor(first.inputs[0]).shape;
    int open = 0;
    for (size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0) return false;
      open += shape[i] < 0;
    }
    // Back to the shape that x had: its unknown dimensions are copied.
    if (open > 1) {
      const bool squeezed = first.op != OpType::reshape && node.op != OpType::reshape && shape == x;
      if (!squeezed) return false;
      std::replace(shape.begin(), shape.end(), -1, 0);
    }
    node.op = OpType::reshape;
    node.inputs = {first.inputs[0]};
    node.options.Set(ir::reshape_options(shape));
    return true;
  });
}

}  // namespace linnet
