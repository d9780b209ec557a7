#include <algorithm>

#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

constexpr size_t kResidual = 3;  // input of conv_2d and fully_connected

bool takes_residual(const ir::Graph& graph, const ir::Node& node) {
  if (node.op != OpType::conv_2d && node.op != OpType::fully_connected) return false;
  const ir::DType weights = graph.tensor(node.inputs[1]).dtype;
  const bool fits =
      weights == ir::DType::f32 || weights == ir::DType::f16 ||
      (weights == ir::DType::s8 && graph.tensor(node.outputs[0]).dtype == ir::DType::f32);
  return fits && graph.is_constant(node.inputs[1]) && node.inputs.size() <= kResidual &&
         clamp_of(node)->open();
}

// Both have the same shape, whatever the sizes of the model's inputs.
bool same_known_shape(const ir::Graph& graph, int a, int b) {
  const auto& shape = graph.tensor(a).shape;
  return shape == graph.tensor(b).shape &&
         std::all_of(shape.begin(), shape.end(), [](int32_t size) { return size >= 0; });
}

}  // namespace

// Before: y = conv_2d(x, W, b); z = add(y, r, clamp 0 … 6)
// After:  z = conv_2d(x, W, b, r, clamp 0 … 6)
bool fuse_residual(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& add = graph.nodes[n];
    if (add.op != OpType::add) return false;
    for (const size_t side : {0u, 1u}) {
      const int y = add.inputs[side], residual = add.inputs[1 - side];
      const int before = uses.producer(y);
      if (before < 0 || y == residual || uses.only_reader(y) < 0) continue;
      ir::Node& product = graph.nodes[static_cast<size_t>(before)];
      if (!takes_residual(graph, product) || !same_known_shape(graph, y, residual)) continue;
      product.inputs.resize(kResidual, -1);
      product.inputs.push_back(residual);
      set_clamp(product, *clamp_of(add));
      product.outputs = add.outputs;
      kill_node(add);
      return true;
    }
    return false;
  });
}

}  // namespace linnet
