#include <algorithm>
#include <limits>

#include "converter/ir/options.h"
#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

// clip(clip(x, inner), outer) as one.
Clamp joined(const Clamp& inner, const Clamp& outer) {
  return {std::clamp(inner.min, outer.min, outer.max), std::clamp(inner.max, outer.min, outer.max)};
}

// maximum(x, 3) and minimum(x, 3) are clips.
bool turn_into_clip(ir::Graph& graph, ir::Node& node) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto scalar = scalar_operand(graph, node);
  if (!scalar || graph.tensor(node.outputs[0]).dtype != ir::DType::f32) return false;
  const bool lower = node.op == OpType::maximum;
  node.op = OpType::clip;
  node.inputs = {scalar->other};
  node.options.Set(lower ? ir::clip_options(scalar->value, kInfinity)
                         : ir::clip_options(-kInfinity, scalar->value));
  return true;
}

}  // namespace

// Before: y = conv_2d(x, W, b); z = clip(y, 0, 6); w = minimum(z, 4)
// After:  w = conv_2d(x, W, b, clamp 0 … 4)
bool fuse_activation(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op == OpType::maximum || node.op == OpType::minimum)
      return turn_into_clip(graph, node);
    if (node.op != OpType::clip) return false;
    const int y = node.inputs[0], before = uses.producer(y);
    const auto& o = node.as<fb::ClipOptionsT>();
    if (before < 0 || uses.only_reader(y) < 0 || graph.tensor(y).dtype != ir::DType::f32)
      return false;
    ir::Node& first = graph.nodes[static_cast<size_t>(before)];
    const Clamp outer{o.min, o.max};
    if (first.op == OpType::clip) {
      const auto& inner = first.as<fb::ClipOptionsT>();
      const Clamp both = joined({inner.min, inner.max}, outer);
      first.options.Set(ir::clip_options(both.min, both.max));
    } else if (const auto inner = clamp_of(first)) {
      set_clamp(first, joined(*inner, outer));
    } else {
      return false;
    }
    first.outputs = node.outputs;
    kill_node(node);
    return true;
  });
}

}  // namespace linnet
