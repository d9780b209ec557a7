#include "converter/ir/infer_shapes.h"
#include "converter/ir/options.h"
#include "converter/ir/permute.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

// Before: y = transpose(x, [0, 3, 1, 2]); z = transpose(y, [0, 2, 3, 1]); w = relu(z)
// After:  w = relu(x)
// Any two transposes in a row become one; one that does nothing goes; constants are permuted.
bool eliminate_transpose(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::transpose) return false;
    const int x = node.inputs[0], y = node.outputs[0];
    const std::vector<int32_t> perm = node.as<fb::TransposeOptionsT>().perm;
    if (graph.is_constant(x) && !graph.is_output(y)) {
      ir::Tensor constant = ir::permuted(graph.tensor(x), perm);
      constant.name = graph.tensor(y).name;
      kill_node(node);
      graph.tensor(y) = std::move(constant);
      return true;
    }
    if (ir::is_identity(perm)) {
      if (!forward(graph, uses, y, x)) return false;
      kill_node(node);
      return true;
    }
    if (const ir::Node* first = producer_of(graph, uses, x, ir::OpType::transpose)) {
      node.inputs[0] = first->inputs[0];
      node.options.Set(
          ir::transpose_options(ir::compose(first->as<fb::TransposeOptionsT>().perm, perm)));
      return true;
    }
    return false;
  });
}

}  // namespace linnet
