#include "converter/ir/infer_shapes.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

// Before: y = concat(x: [1, 64, 64, 24], zeros: [1, 64, 64, 4], axis = 3)
// After:  y = pad(x, 4 behind axis 3)
// Saves the stored zeros, and pads quantize without parameters of their own.
bool turn_concat_into_pad(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses&, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::concat || node.inputs.size() != 2) return false;
    const size_t constant = graph.is_constant(node.inputs[1]) ? 1 : 0;
    const auto value = scalar_value(graph, node.inputs[constant]);
    const int x = node.inputs[1 - constant];
    if (value != 0.0f || graph.is_constant(x)) return false;
    const int rank = graph.tensor(x).rank();
    const auto axis =
        static_cast<size_t>(ir::normalize_axis(node.as<fb::AxisOptionsT>().axis, rank));
    const ir::Tensor& zeros = graph.tensor(node.inputs[constant]);
    // The other dimensions must be those of x even if x does not know them.
    for (size_t i = 0; i < zeros.shape.size(); ++i) {
      if (i != axis && graph.tensor(x).shape[i] != zeros.shape[i]) return false;
    }
    fb::PadOptionsT options;
    options.pads.assign(static_cast<size_t>(rank) * 2, 0);
    options.pads[constant == 1 ? axis + static_cast<size_t>(rank) : axis] = zeros.shape[axis];
    node.op = ir::OpType::pad;
    node.inputs = {x};
    node.options.Set(std::move(options));
    return true;
  });
}

}  // namespace linnet
