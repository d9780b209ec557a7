#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "converter/ir/graph.h"

// What most passes share: who writes and reads a tensor, and how nodes are taken out.

namespace linnet {

// Producers and readers of every tensor; stale once the graph changes.
class Uses {
 public:
  explicit Uses(const ir::Graph& graph);
  // Index of the node that writes `id`, -1 for inputs, constants and absent ids.
  int producer(int id) const { return id < 0 ? -1 : producers_[static_cast<size_t>(id)]; }
  const std::vector<int>& readers(int id) const { return readers_[static_cast<size_t>(id)]; }
  // The one node that reads `id`; -1 when there are none or several, or the graph gives `id` out.
  int only_reader(int id) const;

 private:
  const ir::Graph& graph_;
  std::vector<int> producers_;
  std::vector<std::vector<int>> readers_;
};

// Calls rewrite(uses, n) for every node, old and newly appended. A rewrite that returns true may
// have appended nodes (in any order) and killed others, and is asked again about the same node; at
// the end the graph is sorted and tidied.
template <typename Rewrite>
bool rewrite_nodes(ir::Graph& graph, Rewrite rewrite) {
  bool changed = false;
  std::optional<Uses> uses(std::in_place, graph);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    for (int again = 0; again < 16 && !graph.nodes[n].outputs.empty() && rewrite(*uses, n);
         ++again) {
      changed = true;
      uses.emplace(graph);
    }
  }
  if (changed) {
    graph.sort();
    graph.remove_unused();
  }
  return changed;
}

// Takes a node out of the graph's dataflow; rewrite_nodes() drops it.
void kill_node(ir::Node& node);

// The node that writes `id` if it is of that op; null otherwise.
ir::Node* producer_of(ir::Graph& graph, const Uses& uses, int id, ir::OpType op);

// Makes everything that reads `from` read `to`, which holds the same values. If `from` is a graph
// output its name moves to `to`; false, with nothing changed, when that is impossible because `to`
// is a graph input, a constant or an output itself.
bool forward(ir::Graph& graph, const Uses& uses, int from, int to);

// The value of an f32 constant whose elements are all the same.
std::optional<float> scalar_value(const ir::Graph& graph, int id);

// For a binary node: the input that holds a constant of one value, and the other one.
struct ScalarOperand {
  float value;
  int other;
  bool scalar_first;
};
std::optional<ScalarOperand> scalar_operand(const ir::Graph& graph, const ir::Node& node);

// A new tensor like `like` (dtype, shape, quantization) with a name made from `name`.
int add_like(ir::Graph& graph, int like, const std::string& name);

// a has the same rank as b and every dimension is equal and known, or unknown in both.
bool same_shape(const ir::Graph& graph, int a, int b);

}  // namespace linnet
