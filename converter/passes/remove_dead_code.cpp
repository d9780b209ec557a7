#include "converter/passes/passes.h"

namespace linnet {

// Before: y = relu(x); z = exp(x); output y
// After:  y = relu(x); output y
bool remove_dead_code(ir::Graph& graph) {
  const size_t nodes = graph.nodes.size(), tensors = graph.tensors.size();
  graph.remove_unused();
  return graph.nodes.size() != nodes || graph.tensors.size() != tensors;
}

}  // namespace linnet
