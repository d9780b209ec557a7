#include <cmath>

#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

bool near(float a, float b) { return std::fabs(a - b) <= 1e-6f * std::fabs(b); }

// The factor of mul(x, c) or div(x, c).
std::optional<ScalarOperand> scaling(const ir::Graph& graph, const ir::Node& node) {
  if ((node.op != OpType::mul && node.op != OpType::div) || !clamp_of(node)->open())
    return std::nullopt;
  auto scalar = scalar_operand(graph, node);
  if (!scalar || (node.op == OpType::div && (scalar->scalar_first || scalar->value == 0.0f)))
    return std::nullopt;
  if (node.op == OpType::div) scalar->value = 1.0f / scalar->value;
  return scalar;
}

// x and the factor s with id = s * clip(x + 3, 0, 6); the add may hold the clip.
struct Gate {
  int x;
  float factor;
};

std::optional<Gate> gate_of(ir::Graph& graph, const Uses& uses, int id) {
  const int n = uses.producer(id);
  if (n < 0) return std::nullopt;
  const ir::Node& node = graph.nodes[static_cast<size_t>(n)];
  if (node.op == OpType::hard_sigmoid) {
    const auto& o = node.as<fb::HardSigmoidOptionsT>();
    // clip(a·x + 1/2, 0, 1) with a = 1/6.
    if (near(o.alpha, 1.0f / 6.0f) && near(o.beta, 0.5f)) return Gate{node.inputs[0], 1.0f / 6.0f};
    return std::nullopt;
  }
  if (const auto factor = scaling(graph, node)) {
    auto inner = gate_of(graph, uses, factor->other);
    if (inner) inner->factor *= factor->value;
    return inner;
  }
  const ir::Node* add = &node;
  Clamp clamp{};
  if (node.op == OpType::clip) {
    clamp = {node.as<fb::ClipOptionsT>().min, node.as<fb::ClipOptionsT>().max};
    add = producer_of(graph, uses, node.inputs[0], OpType::add);
    if (!add || !clamp_of(*add)->open()) return std::nullopt;
  } else if (node.op == OpType::add) {
    clamp = *clamp_of(node);
  } else {
    return std::nullopt;
  }
  const auto three = scalar_operand(graph, *add);
  if (!three || three->value != 3.0f || clamp.min != 0.0f || clamp.max != 6.0f) return std::nullopt;
  return Gate{three->other, 1.0f};
}

// mul(x, g · clip(x + 3, 0, 6)) -> x and g.
std::optional<Gate> gated(ir::Graph& graph, const Uses& uses, const ir::Node& node) {
  if (node.op != OpType::mul || !clamp_of(node)->open()) return std::nullopt;
  for (size_t i : {size_t{0}, size_t{1}}) {
    const auto gate = gate_of(graph, uses, node.inputs[i]);
    if (gate && gate->x == node.inputs[1 - i]) return gate;
  }
  return std::nullopt;
}

void become_hard_swish(ir::Node& node, int x) {
  node.op = OpType::hard_swish;
  node.inputs = {x};
  node.options.Reset();
}

}  // namespace

// Before: a = add(x, 3); c = clip(a, 0, 6); m = mul(x, c); y = div(m, 6)
// After:  y = hard_swish(x)
// The division may stand behind the clip instead, or be a mul by 1/6; the gate may be a
// hard_sigmoid.
bool fuse_hard_swish(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (const auto gate = gated(graph, uses, node); gate && near(gate->factor, 1.0f / 6.0f)) {
      become_hard_swish(node, gate->x);
      return true;
    }
    const auto outer = scaling(graph, node);
    if (!outer || uses.producer(outer->other) < 0) return false;
    const ir::Node& product = graph.nodes[static_cast<size_t>(uses.producer(outer->other))];
    const auto gate = gated(graph, uses, product);
    if (!gate || !near(gate->factor * outer->value, 1.0f / 6.0f)) return false;
    become_hard_swish(node, gate->x);
    return true;
  });
}

}  // namespace linnet
