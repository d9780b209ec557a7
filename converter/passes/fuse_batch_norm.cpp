#include "converter/ir/infer_shapes.h"
#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

bool is_linear(OpType op) {
  return op == OpType::conv_2d || op == OpType::depthwise_conv_2d ||
         op == OpType::conv_transpose_2d || op == OpType::fully_connected;
}

// An f32 constant as one value for each of `channels`: a scalar, or [c] behind any number of ones.
std::optional<std::vector<float>> per_channel(const ir::Graph& graph, int id, int32_t channels,
                                              int rank) {
  if (!graph.is_constant(id) || graph.tensor(id).dtype != ir::DType::f32) return std::nullopt;
  const ir::Tensor& t = graph.tensor(id);
  if (t.rank() > rank || channels <= 0) return std::nullopt;
  const auto values = t.values<float>();
  if (t.elements() == 1) return std::vector<float>(static_cast<size_t>(channels), values[0]);
  if (t.elements() != channels || t.shape.back() != channels) return std::nullopt;
  return std::vector<float>(values.begin(), values.end());
}

// Where in the weights output channel c stands: index / inner % channels.
size_t inner_size(const ir::Graph& graph, const ir::Node& node) {
  const ir::Tensor& weights = graph.tensor(node.inputs[1]);
  if (node.op == OpType::depthwise_conv_2d) return 1;
  return weights.bytes.size() / sizeof(float) / static_cast<size_t>(weights.shape[0]);
}

void scale_weights(ir::Graph& graph, ir::Node& node, const std::vector<float>& factor) {
  const ir::Tensor& weights = graph.tensor(node.inputs[1]);
  const size_t inner = inner_size(graph, node);
  std::vector<float> values(weights.values<float>().begin(), weights.values<float>().end());
  for (size_t i = 0; i < values.size(); ++i) values[i] *= factor[i / inner % factor.size()];
  node.inputs[1] = graph.add_f32(weights.name, weights.shape, values);
}

// bias = bias * factor + offset; either list may be empty.
void change_bias(ir::Graph& graph, ir::Node& node, const std::vector<float>& factor,
                 const std::vector<float>& offset) {
  const size_t channels = factor.empty() ? offset.size() : factor.size();
  std::vector<float> bias(channels, 0.0f);
  const bool present = node.inputs.size() > 2 && node.inputs[2] >= 0;
  std::string name = node.name + "/bias";
  if (present) {
    const ir::Tensor& old = graph.tensor(node.inputs[2]);
    bias.assign(old.values<float>().begin(), old.values<float>().end());
    name = old.name;
  } else if (offset.empty()) {
    return;
  }
  for (size_t i = 0; i < channels; ++i) {
    if (!factor.empty()) bias[i] *= factor[i];
    if (!offset.empty()) bias[i] += offset[i];
  }
  node.inputs.resize(3, -1);
  node.inputs[2] = graph.add_f32(name, {static_cast<int32_t>(channels)}, bias);
}

bool float_constants(const ir::Graph& graph, const ir::Node& node) {
  const auto is_float = [&](int id) {
    return graph.is_constant(id) && graph.tensor(id).dtype == ir::DType::f32;
  };
  return is_float(node.inputs[1]) &&
         (node.inputs.size() < 3 || node.inputs[2] < 0 || is_float(node.inputs[2]));
}

}  // namespace

// Before: y = conv_2d(x, W, b); z = mul(y, s); w = add(z, t)
// After:  w = conv_2d(x, W·s, b·s + t)
// For every op with weights, every constant that is one value or one for each output channel, and
// add, sub, mul and div.
bool fuse_batch_norm(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    const bool adds = graph.nodes[n].op == OpType::add || graph.nodes[n].op == OpType::sub;
    const bool scales = graph.nodes[n].op == OpType::mul || graph.nodes[n].op == OpType::div;
    if (!adds && !scales) return false;
    ir::Node& node = graph.nodes[n];
    const size_t constant = graph.is_constant(node.inputs[1]) ? 1 : 0;
    const int y = node.inputs[1 - constant];
    const int before = uses.producer(y);
    if (before < 0 || uses.only_reader(y) < 0 ||
        !is_linear(graph.nodes[static_cast<size_t>(before)].op))
      return false;
    ir::Node& linear = graph.nodes[static_cast<size_t>(before)];
    const bool subtracted_from = constant == 0 && node.op == OpType::sub;
    if ((constant == 0 && node.op == OpType::div) || !clamp_of(linear)->open() ||
        !float_constants(graph, linear))
      return false;
    const ir::Tensor& result = graph.tensor(y);
    if (result.dtype != ir::DType::f32 || result.shape.empty()) return false;
    auto values = per_channel(graph, node.inputs[constant], result.shape.back(), result.rank());
    if (!values) return false;
    if (node.op == OpType::div) {
      for (float& v : *values) v = 1.0f / v;
    }
    if (node.op == OpType::sub && !subtracted_from) {
      for (float& v : *values) v = -v;
    }
    if (scales || subtracted_from) {
      const std::vector<float> factor =
          scales ? *values : std::vector<float>(values->size(), -1.0f);
      scale_weights(graph, linear, factor);
      change_bias(graph, linear, factor, scales ? std::vector<float>{} : *values);
    } else {
      change_bias(graph, linear, {}, *values);
    }
    // The op takes over the binary node's result and its clamp.
    set_clamp(linear, *clamp_of(node));
    linear.outputs = node.outputs;
    kill_node(node);
    return true;
  });
}

}  // namespace linnet
