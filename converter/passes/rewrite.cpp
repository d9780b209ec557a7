#include "converter/passes/rewrite.h"

#include <algorithm>

#include "converter/ir/infer_shapes.h"

namespace linnet {

Uses::Uses(const ir::Graph& graph)
    : graph_(graph), producers_(graph.producers()), readers_(graph.consumers()) {}

int Uses::only_reader(int id) const {
  const auto& readers = readers_[static_cast<size_t>(id)];
  return readers.size() == 1 && !graph_.is_output(id) ? readers[0] : -1;
}

void kill_node(ir::Node& node) {
  node.inputs.clear();
  node.outputs.clear();
}

ir::Node* producer_of(ir::Graph& graph, const Uses& uses, int id, ir::OpType op) {
  const int n = uses.producer(id);
  if (n < 0 || graph.nodes[static_cast<size_t>(n)].op != op) return nullptr;
  return &graph.nodes[static_cast<size_t>(n)];
}

bool forward(ir::Graph& graph, const Uses& uses, int from, int to) {
  if (graph.is_output(from)) {
    const int producer = uses.producer(to);
    if (producer < 0 || graph.is_output(to)) return false;
    graph.tensor(to).name.swap(graph.tensor(from).name);
  }
  graph.replace_uses(from, to);
  return true;
}

std::optional<float> scalar_value(const ir::Graph& graph, int id) {
  if (!graph.is_constant(id) || graph.tensor(id).dtype != ir::DType::f32) return std::nullopt;
  const auto values = graph.tensor(id).values<float>();
  if (values.empty()) return std::nullopt;
  if (std::any_of(values.begin(), values.end(), [&](float v) { return v != values[0]; }))
    return std::nullopt;
  return values[0];
}

std::optional<ScalarOperand> scalar_operand(const ir::Graph& graph, const ir::Node& node) {
  if (node.inputs.size() != 2) return std::nullopt;
  for (size_t i : {size_t{1}, size_t{0}}) {
    const int id = node.inputs[i], other = node.inputs[1 - i];
    if (!graph.is_constant(id) || graph.is_constant(other)) continue;
    const ir::Tensor& constant = graph.tensor(id);
    // One value spread over axes would still widen the other operand.
    if (constant.elements() != 1 || constant.rank() > graph.tensor(other).rank()) continue;
    if (const auto value = scalar_value(graph, id)) return ScalarOperand{*value, other, i == 0};
  }
  return std::nullopt;
}

int add_like(ir::Graph& graph, int like, const std::string& name) {
  ir::Tensor tensor = graph.tensor(like);
  tensor.name = ir::unique_name(graph, name);
  tensor.constant = false;
  tensor.bytes = {};
  return graph.add_tensor(std::move(tensor));
}

bool same_shape(const ir::Graph& graph, int a, int b) {
  return graph.tensor(a).shape == graph.tensor(b).shape;
}

}  // namespace linnet
