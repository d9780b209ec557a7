#include "converter/ir/infer_shapes.h"
#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

// The x of reduce_mean(x, last axis, keep_dims), or -1.
int mean_source(ir::Graph& graph, const Uses& uses, int id) {
  const ir::Node* mean = producer_of(graph, uses, id, OpType::reduce_mean);
  if (!mean) return -1;
  const auto& o = mean->as<fb::ReduceOptionsT>();
  const int rank = graph.tensor(mean->inputs[0]).rank();
  const bool last =
      o.keep_dims && o.axes.size() == 1 && ir::normalize_axis(o.axes[0], rank) == rank - 1;
  return last ? mean->inputs[0] : -1;
}

// The x of x - mean(x), or -1.
int centred_source(ir::Graph& graph, const Uses& uses, int id) {
  const ir::Node* sub = producer_of(graph, uses, id, OpType::sub);
  if (!sub || !clamp_of(*sub)->open() || mean_source(graph, uses, sub->inputs[1]) != sub->inputs[0])
    return -1;
  return sub->inputs[0];
}

// The d of d² = pow(d, 2) or mul(d, d), or -1.
int square_root_of(ir::Graph& graph, const Uses& uses, int id) {
  if (const ir::Node* pow = producer_of(graph, uses, id, OpType::pow)) {
    return scalar_value(graph, pow->inputs[1]) == 2.0f ? pow->inputs[0] : -1;
  }
  const ir::Node* mul = producer_of(graph, uses, id, OpType::mul);
  return mul && clamp_of(*mul)->open() && mul->inputs[0] == mul->inputs[1] ? mul->inputs[0] : -1;
}

// x and epsilon of (x - mean) / sqrt(mean((x - mean)²) + epsilon).
struct Normal {
  int x;
  float epsilon;
};

std::optional<Normal> normal_of(ir::Graph& graph, const Uses& uses, const ir::Node& node) {
  if (node.op != OpType::div || !clamp_of(node)->open()) return std::nullopt;
  const int x = centred_source(graph, uses, node.inputs[0]);
  const ir::Node* root = producer_of(graph, uses, node.inputs[1], OpType::sqrt);
  if (x < 0 || !root) return std::nullopt;
  const ir::Node* add = producer_of(graph, uses, root->inputs[0], OpType::add);
  if (!add || !clamp_of(*add)->open()) return std::nullopt;
  const auto epsilon = scalar_operand(graph, *add);
  if (!epsilon) return std::nullopt;
  const int deviation = square_root_of(graph, uses, mean_source(graph, uses, epsilon->other));
  // The deviation may be computed twice.
  if (deviation < 0 || centred_source(graph, uses, deviation) != x) return std::nullopt;
  return Normal{x, epsilon->value};
}

// An f32 constant with one value for each of `width` columns.
bool is_row(const ir::Graph& graph, int id, int32_t width) {
  return graph.is_constant(id) && graph.tensor(id).dtype == ir::DType::f32 &&
         graph.tensor(id).elements() == width && !graph.tensor(id).shape.empty() &&
         graph.tensor(id).shape.back() == width;
}

int flat(ir::Graph& graph, int id) {
  if (graph.tensor(id).rank() == 1) return id;
  ir::Tensor row = graph.tensor(id);
  row.shape = {row.shape.back()};
  row.name = ir::unique_name(graph, row.name);
  return graph.add_tensor(std::move(row));
}

// node = op(inner, constant row): the constant's index, or nothing.
std::optional<size_t> row_operand(const ir::Graph& graph, const ir::Node& node, OpType op,
                                  int32_t width) {
  if (node.op != op || !clamp_of(node)->open()) return std::nullopt;
  for (size_t i : {size_t{0}, size_t{1}}) {
    if (is_row(graph, node.inputs[i], width)) return i;
  }
  return std::nullopt;
}

}  // namespace

// Before: m = reduce_mean(x, -1); d = sub(x, m); v = reduce_mean(pow(d, 2), -1);
//         n = div(d, sqrt(add(v, epsilon))); y = add(mul(n, gamma), beta)
// After:  y = layer_norm(x, gamma, beta)
bool fuse_layer_norm(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != OpType::add || graph.tensor(node.outputs[0]).shape.empty()) return false;
    const int32_t width = graph.tensor(node.outputs[0]).shape.back();
    const auto beta = width > 0 ? row_operand(graph, node, OpType::add, width) : std::nullopt;
    if (!beta) return false;
    const ir::Node* mul = producer_of(graph, uses, node.inputs[1 - *beta], OpType::mul);
    const auto gamma = mul ? row_operand(graph, *mul, OpType::mul, width) : std::nullopt;
    if (!gamma) return false;
    const ir::Node* div = producer_of(graph, uses, mul->inputs[1 - *gamma], OpType::div);
    const auto normal = div ? normal_of(graph, uses, *div) : std::nullopt;
    if (!normal) return false;
    const int scale = flat(graph, mul->inputs[*gamma]), offset = flat(graph, node.inputs[*beta]);
    node.op = OpType::layer_norm;
    node.inputs = {normal->x, scale, offset};
    fb::LayerNormOptionsT options;
    options.epsilon = normal->epsilon;
    node.options.Set(std::move(options));
    return true;
  });
}

}  // namespace linnet
