#include "converter/ir/options.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

// Axes of `wide` that have size 1 and are missing in `narrow`, if that is all the difference.
// Unknown dimensions match each other: as every other dimension agrees, the one that a reshape
// infers does too.
std::optional<std::vector<int32_t>> extra_ones(const std::vector<int32_t>& wide,
                                               const std::vector<int32_t>& narrow) {
  std::vector<int32_t> axes;
  size_t j = 0;
  for (size_t i = 0; i < wide.size(); ++i) {
    if (j < narrow.size() && wide[i] == narrow[j])
      ++j;
    else if (wide[i] == 1)
      axes.push_back(static_cast<int32_t>(i));
    else
      return std::nullopt;
  }
  if (j != narrow.size()) return std::nullopt;
  return axes;
}

// Every unknown output dimension is a copy or the one that is inferred, and stands for the unknown
// input dimension that `axes` (dropped from the input or added to the output) line it up with.
bool unknowns_line_up(const std::vector<int32_t>& x, const std::vector<int32_t>& y,
                      const std::vector<int32_t>& shape, const std::vector<int32_t>& axes) {
  const bool dropping = x.size() > y.size();
  int inferred = 0;
  for (size_t j = 0; j < y.size(); ++j) {
    if (y[j] >= 0) continue;
    size_t at = j;
    for (int32_t axis : axes) {
      if (dropping ? static_cast<size_t>(axis) <= at : static_cast<size_t>(axis) < j)
        at += dropping ? 1 : size_t(-1);
    }
    if (shape[j] == -1)
      ++inferred;
    else if (at != j)
      return false;
  }
  return inferred <= 1;
}

}  // namespace

// Before: y = reshape(x: [?, 120, 1, ?], [0, 120, -1])
// After:  y = squeeze(x, axis 2)
// Squeezes let transposes pass where a reshape does not.
bool turn_reshape_into_squeeze(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses&, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != ir::OpType::reshape || node.as<fb::ReshapeOptionsT>().from_input) return false;
    const auto& x = graph.tensor(node.inputs[0]).shape;
    const auto& y = graph.tensor(node.outputs[0]).shape;
    const auto& shape = node.as<fb::ReshapeOptionsT>().shape;
    if (x.size() == y.size() || shape.size() != y.size()) return false;
    const auto axes = x.size() > y.size() ? extra_ones(x, y) : extra_ones(y, x);
    if (!axes || !unknowns_line_up(x, y, shape, *axes)) return false;
    node.op = x.size() > y.size() ? ir::OpType::squeeze : ir::OpType::unsqueeze;
    node.options.Set(ir::axes_options(*axes));
    return true;
  });
}

}  // namespace linnet
