#include "converter/ir/infer_shapes.h"
#include "converter/ir/options.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

// A shape list for reshape; nothing when more than one unknown dimension changes its place.
std::optional<std::vector<int32_t>> reshape_list(const std::vector<int32_t>& x,
                                                 const std::vector<int32_t>& perm) {
  std::vector<int32_t> shape;
  int open = 0;
  for (size_t i = 0; i < perm.size(); ++i) {
    const int32_t d = x[static_cast<size_t>(perm[i])];
    const bool copied = d < 0 && perm[i] == static_cast<int32_t>(i);
    open += d < 0 && !copied;
    shape.push_back(copied ? 0 : d);
  }
  if (open > 1) return std::nullopt;
  return shape;
}

bool moves_only_ones(const std::vector<int32_t>& x, const std::vector<int32_t>& perm) {
  int32_t last = -1;
  for (int32_t p : perm) {
    const int32_t d = x[static_cast<size_t>(p)];
    if (d == 0) return false;
    if (d == 1) continue;
    if (p < last) return false;
    last = p;
  }
  return true;
}

// Drops all ones, then puts them where they belong.
void squeeze_and_unsqueeze(ir::Graph& graph, size_t n, const std::vector<int32_t>& perm) {
  const int x = graph.nodes[n].inputs[0];
  std::vector<int32_t> dropped, added;
  for (size_t i = 0; i < perm.size(); ++i) {
    if (graph.tensor(x).shape[i] == 1) dropped.push_back(static_cast<int32_t>(i));
    if (graph.tensor(x).shape[static_cast<size_t>(perm[i])] == 1)
      added.push_back(static_cast<int32_t>(i));
  }
  const std::string name = graph.nodes[n].name;
  const int narrow = ir::append_node(
      graph, ir::make_node(ir::OpType::squeeze, name, {x}, {}, ir::axes_options(dropped)),
      name + "/squeezed");
  graph.tensor(narrow).quantization = graph.tensor(x).quantization;
  ir::Node& node = graph.nodes[n];
  node.op = ir::OpType::unsqueeze;
  node.inputs = {narrow};
  node.options.Set(ir::axes_options(added));
}

}  // namespace

// Before: y = transpose(x: [?, 1, 1, 64], [0, 3, 1, 2])
// After:  y = reshape(x, [0, 64, 1, 1])
// Only for transposes that move nothing but dimensions of size 1; with several unknown dimensions
// it becomes squeeze and unsqueeze. Runs last: sink_transpose would no longer see them.
bool turn_transpose_into_reshape(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses&, size_t n) {
    if (graph.nodes[n].op != ir::OpType::transpose) return false;
    const std::vector<int32_t> perm = graph.nodes[n].as<fb::TransposeOptionsT>().perm;
    const std::vector<int32_t> x = graph.tensor(graph.nodes[n].inputs[0]).shape;
    if (!moves_only_ones(x, perm)) return false;
    const auto shape = reshape_list(x, perm);
    if (!shape) {
      squeeze_and_unsqueeze(graph, n, perm);
      return true;
    }
    graph.nodes[n].op = ir::OpType::reshape;
    graph.nodes[n].options.Set(ir::reshape_options(*shape));
    return true;
  });
}

}  // namespace linnet
