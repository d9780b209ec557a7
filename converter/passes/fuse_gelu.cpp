#include <cmath>

#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

constexpr float kSqrt2 = 1.41421356f;
constexpr float kTolerance = 1e-4f;

bool near(float a, float b) { return std::fabs(a - b) <= kTolerance * std::fabs(b); }

std::optional<ScalarOperand> scaled_by(const ir::Graph& graph, const ir::Node& node, float factor) {
  const bool scales = node.op == OpType::mul || node.op == OpType::div;
  if (!scales || !clamp_of(node)->open()) return std::nullopt;
  const auto scalar = scalar_operand(graph, node);
  if (!scalar || (node.op == OpType::div && scalar->scalar_first)) return std::nullopt;
  if (!near(node.op == OpType::mul ? scalar->value : 1.0f / scalar->value, factor))
    return std::nullopt;
  return scalar;
}

// The x of 1 + erf(x / sqrt(2)), or -1.
int erf_gate(ir::Graph& graph, const Uses& uses, int id) {
  const ir::Node* add = producer_of(graph, uses, id, OpType::add);
  if (!add || !clamp_of(*add)->open()) return -1;
  const auto one = scalar_operand(graph, *add);
  if (!one || one->value != 1.0f) return -1;
  const ir::Node* erf = producer_of(graph, uses, one->other, OpType::erf);
  if (!erf || uses.producer(erf->inputs[0]) < 0) return -1;
  const auto root = scaled_by(
      graph, graph.nodes[static_cast<size_t>(uses.producer(erf->inputs[0]))], 1.0f / kSqrt2);
  return root ? root->other : -1;
}

// The product of x, 1/2 and the gate stands in any order: strips the factor 1/2 from `id`.
int halved(ir::Graph& graph, const Uses& uses, int id) {
  const int n = uses.producer(id);
  if (n < 0) return -1;
  const auto half = scaled_by(graph, graph.nodes[static_cast<size_t>(n)], 0.5f);
  return half ? half->other : -1;
}

bool is_product(const ir::Node& node) { return node.op == OpType::mul && clamp_of(node)->open(); }

// The x for which `node`, times `half` if that is missing inside, is gelu(x); -1 if none.
int gelu_argument(ir::Graph& graph, const Uses& uses, const ir::Node& node, bool half_outside) {
  if (!is_product(node)) return -1;
  for (size_t i : {size_t{0}, size_t{1}}) {
    const int a = node.inputs[i], b = node.inputs[1 - i];
    if (half_outside) {
      if (const int x = erf_gate(graph, uses, b); x >= 0 && x == a) return x;
      continue;
    }
    // (x / 2) · gate, or x · (gate / 2)
    if (const int x = erf_gate(graph, uses, b); x >= 0 && x == halved(graph, uses, a)) return x;
    if (const int gate = halved(graph, uses, b); gate >= 0) {
      if (const int x = erf_gate(graph, uses, gate); x >= 0 && x == a) return x;
    }
  }
  return -1;
}

}  // namespace

// Before: d = div(x, 1.4142); e = erf(d); a = add(e, 1); m = mul(x, a); y = mul(m, 0.5)
// After:  y = gelu(x)
bool fuse_gelu(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    int x = gelu_argument(graph, uses, node, false);
    if (x < 0) {
      const auto half = scaled_by(graph, node, 0.5f);
      if (!half || uses.producer(half->other) < 0) return false;
      x = gelu_argument(graph, uses, graph.nodes[static_cast<size_t>(uses.producer(half->other))],
                        true);
    }
    if (x < 0) return false;
    node.op = OpType::gelu;
    node.inputs = {x};
    node.options.Set(fb::GeluOptionsT{});
    return true;
  });
}

}  // namespace linnet
