#include <algorithm>
#include <cmath>

#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

bool has_float_weights(const ir::Graph& graph, const ir::Node& node) {
  switch (node.op) {
    case OpType::conv_2d:
    case OpType::depthwise_conv_2d:
    case OpType::fully_connected:
      break;
    default:
      return false;
  }
  const auto is_float = [&](int id) {
    return graph.is_constant(id) && graph.tensor(id).dtype == ir::DType::f32;
  };
  return is_float(node.inputs[1]) &&
         (node.inputs.size() < 3 || node.inputs[2] < 0 || is_float(node.inputs[2]));
}

// The window never reads outside its input, where a constant that was added would be missing.
bool without_pads(const ir::Node& node) {
  const auto plain = [](const auto& o) {
    const fb::Window& w = *o.window;
    return o.auto_pad == fb::AutoPad::none && w.pad_top() == 0 && w.pad_left() == 0 &&
           w.pad_bottom() == 0 && w.pad_right() == 0;
  };
  if (node.op == OpType::conv_2d) return plain(node.as<fb::Conv2dOptionsT>());
  if (node.op == OpType::depthwise_conv_2d) return plain(node.as<fb::DepthwiseConv2dOptionsT>());
  return true;
}

// Output channel and input channel of every weight.
struct WeightIndex {
  size_t out, in;
};

WeightIndex index_of(const ir::Graph& graph, const ir::Node& node, size_t i) {
  const ir::Tensor& w = graph.tensor(node.inputs[1]);
  const auto last = static_cast<size_t>(w.shape.back());
  if (node.op == OpType::depthwise_conv_2d) return {i % last, i % last};
  const size_t out = i / (w.bytes.size() / sizeof(float) / static_cast<size_t>(w.shape[0]));
  if (node.op == OpType::fully_connected) return {out, i % last};
  const auto group = static_cast<size_t>(node.as<fb::Conv2dOptionsT>().group);
  const size_t per_group = static_cast<size_t>(w.shape[0]) / group;
  return {out, out / per_group * last + i % last};
}

// The binary node of that op that alone feeds `id`, with its constant as one value a channel.
struct Affine {
  size_t node;
  int other;
  std::vector<float> values;
};

std::optional<Affine> affine_before(const ir::Graph& graph, const Uses& uses, int id, OpType op) {
  const int n = uses.producer(id);
  if (n < 0 || uses.only_reader(id) < 0) return std::nullopt;
  const ir::Node& node = graph.nodes[static_cast<size_t>(n)];
  if (node.op != op || !clamp_of(node)->open() || graph.tensor(id).dtype != ir::DType::f32)
    return std::nullopt;
  const size_t at = graph.is_constant(node.inputs[1]) ? 1 : 0;
  const int constant = node.inputs[at], other = node.inputs[1 - at];
  if (!graph.is_constant(constant) || graph.tensor(other).shape != graph.tensor(id).shape)
    return std::nullopt;
  const int32_t channels = graph.tensor(id).shape.empty() ? -1 : graph.tensor(id).shape.back();
  const ir::Tensor& t = graph.tensor(constant);
  if (channels <= 0) return std::nullopt;
  const auto values = t.values<float>();
  if (t.elements() == 1)
    return Affine{static_cast<size_t>(n), other,
                  std::vector<float>(static_cast<size_t>(channels), values[0])};
  if (t.elements() != channels || t.shape.back() != channels) return std::nullopt;
  return Affine{static_cast<size_t>(n), other, {values.begin(), values.end()}};
}

void scale_columns(ir::Graph& graph, ir::Node& node, const std::vector<float>& factor) {
  const ir::Tensor& old = graph.tensor(node.inputs[1]);
  std::vector<float> weights(old.values<float>().begin(), old.values<float>().end());
  for (size_t i = 0; i < weights.size(); ++i) weights[i] *= factor[index_of(graph, node, i).in];
  node.inputs[1] = graph.add_f32(old.name, old.shape, weights);
}

// bias += W · offset
void add_columns(ir::Graph& graph, ir::Node& node, const std::vector<float>& offset) {
  const ir::Tensor& w = graph.tensor(node.inputs[1]);
  const size_t channels =
      static_cast<size_t>(node.op == OpType::depthwise_conv_2d ? w.shape.back() : w.shape[0]);
  std::vector<double> bias(channels, 0.0);
  const bool present = node.inputs.size() > 2 && node.inputs[2] >= 0;
  const std::string name = present ? graph.tensor(node.inputs[2]).name : node.name + "/bias";
  for (size_t i = 0; present && i < channels; ++i)
    bias[i] = graph.tensor(node.inputs[2]).values<float>()[i];
  const auto weights = w.values<float>();
  for (size_t i = 0; i < weights.size(); ++i) {
    const WeightIndex at = index_of(graph, node, i);
    bias[at.out] += static_cast<double>(weights[i]) * static_cast<double>(offset[at.in]);
  }
  node.inputs.resize(3, -1);
  node.inputs[2] =
      graph.add_f32(name, {static_cast<int32_t>(channels)}, {bias.begin(), bias.end()});
}

// Weights are scaled and values divided by these, so they must be far from 0 and infinity.
bool moderate(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float v) { return std::fabs(v) > 1e-4f && std::fabs(v) < 1e4f; });
}

// c·x + d before a window with pads: c goes into the weights, x + d/c stays.
bool swap_scale_and_offset(ir::Graph& graph, const Uses& uses, ir::Node& node, const Affine& add) {
  const auto mul = affine_before(graph, uses, add.other, OpType::mul);
  if (!mul || !moderate(mul->values)) return false;
  std::vector<float> offset = add.values;
  for (size_t i = 0; i < offset.size(); ++i) offset[i] /= mul->values[i];
  const bool same =
      std::all_of(offset.begin(), offset.end(), [&](float v) { return v == offset[0]; });
  scale_columns(graph, node, mul->values);
  const std::string name = graph.nodes[add.node].name + "/offset";
  const int constant = same ? graph.add_f32(name, {}, {offset[0]})
                            : graph.add_f32(name, {static_cast<int32_t>(offset.size())}, offset);
  graph.nodes[add.node].inputs = {mul->other, constant};
  kill_node(graph.nodes[mul->node]);
  return true;
}

}  // namespace

// Before: m = mul(x, c); a = add(m, d); y = conv_2d(a, W, b)
// After:  y = conv_2d(x, W·c, b + W·d)
// With pads around `a` only the factor moves: a' = add(x, d/c); y = conv_2d(a', W·c, b).
bool fuse_scale_forward(ir::Graph& graph) {
  const auto fold = [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (!has_float_weights(graph, node)) return false;
    if (const auto mul = affine_before(graph, uses, node.inputs[0], OpType::mul)) {
      scale_columns(graph, node, mul->values);
      node.inputs[0] = mul->other;
      kill_node(graph.nodes[mul->node]);
      return true;
    }
    const auto add = affine_before(graph, uses, node.inputs[0], OpType::add);
    if (!add) return false;
    if (!without_pads(node)) return swap_scale_and_offset(graph, uses, node, *add);
    add_columns(graph, node, add->values);
    node.inputs[0] = add->other;
    kill_node(graph.nodes[add->node]);
    return true;
  };
  bool changed = false;
  while (rewrite_nodes(graph, fold)) changed = true;
  return changed;
}

}  // namespace linnet
