#include "converter/ir/options.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

// Before: y = transpose(x: [?, 1, 1, 64], [0, 3, 1, 2])
// After:  y = reshape(x, [0, 64, 1, 1])
// Only for transposes that move nothing but dimensions of size 1. Runs last: sink_transpose would no
// longer see them.
bool turn_transpose_into_reshape(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses&, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::transpose) return false;
    const std::vector<int32_t> perm = node.as<fb::TransposeOptionsT>().perm;
    const std::vector<int32_t>& x = graph.tensor(node.inputs[0]).shape;
    std::vector<int32_t> shape;
    int32_t last = -1;
    int open = 0;
    for (size_t i = 0; i < perm.size(); ++i) {
      const int32_t p = perm[i], d = x[static_cast<size_t>(p)];
      if (d == 0) return false;
      const bool copied = d < 0 && p == static_cast<int32_t>(i);
      open += d < 0 && !copied;
      shape.push_back(copied ? 0 : d);
      if (d == 1) continue;
      if (p < last) return false;
      last = p;
    }
    if (open > 1) return false;
    node.op = ir::OpType::reshape;
    node.options.Set(ir::reshape_options(shape));
    return true;
  });
}

}  // namespace linnet
