#include <algorithm>

#include "converter/ir/infer_shapes.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

// One element of a list of sizes: a number, a dimension of some tensor, or unknown.
struct Size {
  enum Kind { number, dimension, unknown } kind = unknown;
  int32_t value = 0;          // number
  int tensor = -1, axis = 0;  // dimension
};
using Sizes = std::vector<Size>;

// What the elements of s32 lists of rank 0 and 1 are, as far as shapes tell.
class Lists {
 public:
  Lists(const ir::Graph& graph, const Uses& uses) : graph_(graph), uses_(uses) {}

  // Nothing when the list's length is unknown.
  std::optional<Sizes> of(int id, int depth = 0) const {
    if (id < 0 || depth > 32) return std::nullopt;
    if (const auto values = ir::constant_ints(graph_, id)) {
      Sizes sizes;
      for (int32_t v : *values) sizes.push_back({Size::number, v});
      return sizes;
    }
    const int n = uses_.producer(id);
    std::optional<Sizes> sizes;
    if (n >= 0) sizes = computed(graph_.nodes[static_cast<size_t>(n)], depth);
    if (sizes) return sizes;
    const ir::Tensor& t = graph_.tensor(id);
    if (t.dtype != ir::DType::s32 || t.rank() > 1 || (t.rank() == 1 && t.shape[0] < 0))
      return std::nullopt;
    return Sizes(t.rank() == 0 ? 1 : static_cast<size_t>(t.shape[0]));
  }

 private:
  std::optional<Sizes> computed(const ir::Node& node, int depth) const {
    switch (node.op) {
      case OpType::shape:
        return shape(node);
      case OpType::cast:
        if (graph_.tensor(node.inputs[0]).dtype != ir::DType::s32) return std::nullopt;
        return of(node.inputs[0], depth + 1);
      case OpType::reshape:
      case OpType::squeeze:
      case OpType::unsqueeze:
        return of(node.inputs[0], depth + 1);
      case OpType::concat:
        return concat(node, depth);
      case OpType::gather:
        return gather(node, depth);
      case OpType::slice:
        return slice(node, depth);
      default:
        return std::nullopt;
    }
  }

  std::optional<Sizes> shape(const ir::Node& node) const {
    const ir::Tensor& x = graph_.tensor(node.inputs[0]);
    const auto& o = node.as<fb::ShapeOptionsT>();
    const auto clip = [&](int at) { return std::clamp(at < 0 ? at + x.rank() : at, 0, x.rank()); };
    Sizes sizes;
    for (int i = clip(o.start); i < clip(o.end); ++i) {
      const int32_t d = x.shape[static_cast<size_t>(i)];
      sizes.push_back(d >= 0 ? Size{Size::number, d} : Size{Size::dimension, 0, node.inputs[0], i});
    }
    return sizes;
  }

  std::optional<Sizes> concat(const ir::Node& node, int depth) const {
    Sizes all;
    for (int id : node.inputs) {
      const auto part = of(id, depth + 1);
      if (!part) return std::nullopt;
      all.insert(all.end(), part->begin(), part->end());
    }
    return all;
  }

  std::optional<Sizes> gather(const ir::Node& node, int depth) const {
    const auto from = of(node.inputs[0], depth + 1);
    const auto indices = ir::constant_ints(graph_, node.inputs[1]);
    if (!from || !indices) return std::nullopt;
    const auto count = static_cast<int32_t>(from->size());
    Sizes sizes;
    for (int32_t i : *indices) {
      if (i < -count || i >= count) return std::nullopt;
      sizes.push_back((*from)[static_cast<size_t>(i < 0 ? i + count : i)]);
    }
    return sizes;
  }

  std::optional<Sizes> slice(const ir::Node& node, int depth) const {
    const auto& o = node.as<fb::SliceOptionsT>();
    const auto from = of(node.inputs[0], depth + 1);
    const bool plain =
        node.inputs.size() == 1 && o.starts.size() == 1 && o.ends.size() == 1 &&
        std::all_of(o.steps.begin(), o.steps.end(), [](int32_t s) { return s == 1; });
    if (!from || !plain) return std::nullopt;
    const auto count = static_cast<int32_t>(from->size());
    const auto clip = [&](int32_t at) { return std::clamp(at < 0 ? at + count : at, 0, count); };
    const int32_t begin = clip(o.starts[0]), end = std::max(begin, clip(o.ends[0]));
    return Sizes(from->begin() + begin, from->begin() + end);
  }

  const ir::Graph& graph_;
  const Uses& uses_;
};

bool simplify_reshape(ir::Node& node, const Sizes& sizes) {
  const int x = node.inputs[0];
  const auto& o = node.as<fb::ReshapeOptionsT>();
  std::vector<int32_t> shape;
  int open = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const Size& s = sizes[i];
    const bool copies = s.kind == Size::dimension && s.tensor == x && s.axis == static_cast<int>(i);
    if (s.kind == Size::number) {
      if (s.value == 0 && o.allow_zero) return false;
      open += s.value == -1;
      shape.push_back(s.value);
    } else {
      open += !copies;
      shape.push_back(copies ? 0 : -1);
    }
  }
  if (open > 1) return false;
  node.inputs.resize(1);
  node.options.Set(fb::ReshapeOptionsT{});
  node.as<fb::ReshapeOptionsT>().shape = shape;
  return true;
}

// A computed list that turns out to be numbers only.
bool replace_by_constant(ir::Graph& graph, ir::Node& node, const Sizes& sizes) {
  const int y = node.outputs[0];
  std::vector<int32_t> values;
  for (const Size& s : sizes) {
    if (s.kind != Size::number) return false;
    values.push_back(s.value);
  }
  if (graph.is_output(y)) return false;
  ir::Tensor& tensor = graph.tensor(y);
  tensor.constant = true;
  tensor.bytes = ir::Bytes::of(values);
  if (tensor.rank() == 1) tensor.shape = {static_cast<int32_t>(values.size())};
  kill_node(node);
  return true;
}

}  // namespace

// Before: s = shape(x: [?, 120, 1, ?]); t = concat(slice(s, 0, 2), [-1]); y = reshape(x, t)
// After:  y = reshape(x, shape = [0, 120, -1])
bool simplify_shape_arithmetic(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    const Lists lists(graph, uses);
    if (node.op == OpType::reshape && node.as<fb::ReshapeOptionsT>().from_input) {
      const auto sizes = lists.of(node.inputs[1]);
      return sizes && simplify_reshape(node, *sizes);
    }
    const bool list_op =
        node.op == OpType::gather || node.op == OpType::slice || node.op == OpType::concat;
    if (!list_op || graph.tensor(node.outputs[0]).dtype != ir::DType::s32 ||
        graph.tensor(node.outputs[0]).rank() > 1) {
      return false;
    }
    const auto sizes = lists.of(node.outputs[0]);
    return sizes && replace_by_constant(graph, node, *sizes);
  });
}

}  // namespace linnet
