#include "converter/ir/infer_shapes.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

bool has_input(const ir::Node& node, size_t i) {
  return i < node.inputs.size() && node.inputs[i] >= 0;
}

bool embed_reshape(const ir::Graph& graph, ir::Node& node) {
  auto& o = node.as<fb::ReshapeOptionsT>();
  if (!o.from_input) return false;
  const auto shape = ir::constant_ints(graph, node.inputs[1]);
  if (!shape) return false;
  o.shape = *shape;
  o.from_input = false;
  node.inputs.resize(1);
  return true;
}

bool embed_slice(const ir::Graph& graph, ir::Node& node) {
  auto& o = node.as<fb::SliceOptionsT>();
  if (!has_input(node, 1)) return false;
  std::vector<int32_t>* const lists[] = {&o.starts, &o.ends, &o.axes, &o.steps};
  std::optional<std::vector<int32_t>> values[4];
  for (size_t i = 0; i < 4; ++i) {
    values[i] = has_input(node, i + 1) ? ir::constant_ints(graph, node.inputs[i + 1]) : *lists[i];
    if (!values[i]) return false;
  }
  for (size_t i = 0; i < 4; ++i) *lists[i] = *values[i];
  node.inputs.resize(1);
  return true;
}

bool embed_pad(const ir::Graph& graph, ir::Node& node) {
  if (!has_input(node, 1)) return false;
  const auto pads = ir::constant_ints(graph, node.inputs[1]);
  if (!pads) return false;
  node.as<fb::PadOptionsT>().pads = *pads;
  node.inputs.resize(1);
  return true;
}

bool embed_resize(const ir::Graph& graph, ir::Node& node) {
  if (!has_input(node, 1)) return false;
  const auto sizes = ir::constant_ints(graph, node.inputs[1]);
  if (!sizes) return false;
  node.as<fb::ResizeOptionsT>().sizes = *sizes;
  node.inputs.resize(1);
  return true;
}

}  // namespace

// Before: s = constant [1, -1]; y = reshape(x, s)
// After:  y = reshape(x, shape = [1, -1]); the same for slice, pad and resize
bool embed_shape_inputs(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses&, size_t n) {
    ir::Node& node = graph.nodes[n];
    bool changed = false;
    switch (node.op) {
      case OpType::reshape:
        changed = embed_reshape(graph, node);
        break;
      case OpType::slice:
        changed = embed_slice(graph, node);
        break;
      case OpType::pad:
        changed = embed_pad(graph, node);
        break;
      case OpType::resize:
        changed = embed_resize(graph, node);
        break;
      default:
        break;
    }
    if (changed) ir::infer_shapes(graph, ir::Node(node));
    return changed;
  });
}

}  // namespace linnet
