#include <algorithm>
#include <limits>

#include "converter/ir/infer_shapes.h"
#include "converter/ir/permute.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

bool all_are(const std::vector<int32_t>& values, int32_t expected) {
  return std::all_of(values.begin(), values.end(), [&](int32_t v) { return v == expected; });
}

// Every dimension is copied or named by its known size; one may be inferred, as the rest agrees.
bool reshape_keeps(const ir::Tensor& x, const fb::ReshapeOptionsT& o) {
  if (o.from_input || o.shape.size() != x.shape.size()) return false;
  for (size_t i = 0; i < x.shape.size(); ++i) {
    const int32_t wanted = o.shape[i];
    const bool copied = (wanted == 0 && !o.allow_zero) || (wanted > 0 && wanted == x.shape[i]);
    if (!copied && wanted != -1) return false;
  }
  return true;
}

bool slice_keeps(const ir::Tensor& x, const ir::Node& node) {
  const auto& o = node.as<fb::SliceOptionsT>();
  if (node.inputs.size() > 1 || !all_are(o.steps, 1) || !all_are(o.starts, 0) ||
      o.starts.size() != o.ends.size())
    return false;
  for (size_t i = 0; i < o.ends.size(); ++i) {
    const int axis = o.axes.empty() ? static_cast<int>(i) : ir::normalize_axis(o.axes[i], x.rank());
    const int32_t size = x.shape[static_cast<size_t>(axis)];
    if (o.ends[i] != std::numeric_limits<int32_t>::max() && (size < 0 || o.ends[i] < size))
      return false;
  }
  return true;
}

bool neutral_operand(const ir::Graph& graph, const ir::Node& node) {
  const auto& o = node.as<fb::BinaryOptionsT>();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (o.clamp_min != -kInfinity || o.clamp_max != kInfinity) return false;
  const auto scalar = scalar_operand(graph, node);
  if (!scalar || graph.tensor(scalar->other).dtype != ir::DType::f32) return false;
  switch (node.op) {
    case OpType::add:
      return scalar->value == 0.0f;
    case OpType::sub:
      return scalar->value == 0.0f && !scalar->scalar_first;
    case OpType::mul:
      return scalar->value == 1.0f;
    default:
      return scalar->value == 1.0f && !scalar->scalar_first;
  }
}

bool keeps_input(const ir::Graph& graph, const ir::Node& node, size_t* input) {
  *input = 0;
  if (node.inputs.empty() || node.inputs[0] < 0 || node.outputs.size() != 1) return false;
  const ir::Tensor &x = graph.tensor(node.inputs[0]), &y = graph.tensor(node.outputs[0]);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (node.op) {
    case OpType::reshape:
      return reshape_keeps(x, node.as<fb::ReshapeOptionsT>());
    case OpType::transpose:
      return ir::is_identity(node.as<fb::TransposeOptionsT>().perm);
    case OpType::cast:
      return x.dtype == y.dtype;
    case OpType::clip:
      return node.as<fb::ClipOptionsT>().min == -kInfinity &&
             node.as<fb::ClipOptionsT>().max == kInfinity && x.dtype == y.dtype;
    case OpType::pad:
      return node.inputs.size() == 1 && all_are(node.as<fb::PadOptionsT>().pads, 0);
    case OpType::slice:
      return slice_keeps(x, node);
    case OpType::squeeze:
    case OpType::unsqueeze:
      return node.as<fb::AxesOptionsT>().axes.empty();
    case OpType::concat:
    case OpType::split:
      return node.inputs.size() == 1;
    case OpType::expand: {
      const auto shape = ir::constant_ints(graph, node.inputs[1]);
      return shape && shape->size() <= x.shape.size() && all_are(*shape, 1);
    }
    case OpType::tile: {
      const auto repeats = ir::constant_ints(graph, node.inputs[1]);
      return repeats && all_are(*repeats, 1);
    }
    case OpType::add:
    case OpType::sub:
    case OpType::mul:
    case OpType::div:
      *input = neutral_operand(graph, node) && graph.is_constant(node.inputs[0]) ? 1 : 0;
      return x.dtype == ir::DType::f32 && neutral_operand(graph, node);
    default:
      return false;
  }
}

}  // namespace

// Before: y = reshape(x, shape of x); z = clip(y, -inf, inf); w = mul(z, 1)
// After:  readers of y, z and w read x
bool eliminate_identity(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    size_t input = 0;
    if (!keeps_input(graph, node, &input)) return false;
    const int x = node.inputs[input], y = node.outputs[0];
    if (graph.tensor(x).quantization != graph.tensor(y).quantization) return false;
    if (!forward(graph, uses, y, x)) return false;
    kill_node(node);
    return true;
  });
}

}  // namespace linnet
