#include <algorithm>

#include "converter/ir/infer_shapes.h"
#include "converter/passes/evaluate.h"
#include "converter/passes/passes.h"

namespace linnet {

namespace {

// The output of a `shape` node whose dimensions are all known.
std::optional<std::vector<int32_t>> known_shape(const ir::Graph& graph, const ir::Node& node) {
  const ir::Tensor& x = graph.tensor(node.inputs[0]);
  const auto& o = node.as<fb::ShapeOptionsT>();
  const auto clip = [&](int at) { return std::clamp(at < 0 ? at + x.rank() : at, 0, x.rank()); };
  std::vector<int32_t> dims;
  for (int i = clip(o.start); i < clip(o.end); ++i) {
    dims.push_back(x.shape[static_cast<size_t>(i)]);
    if (dims.back() < 0) return std::nullopt;
  }
  return dims;
}

// dequantize is left to fuse_quantized_ops, which wants the quantized constant.
bool foldable(const ir::Graph& graph, const ir::Node& node) {
  if (node.op == ir::OpType::dequantize || node.op == ir::OpType::shape) return false;
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](int id) { return id < 0 || graph.is_constant(id); });
}

void make_constant(ir::Graph& graph, int id, const ir::Tensor& value) {
  ir::Tensor& tensor = graph.tensor(id);
  tensor.constant = true;
  tensor.shape = value.shape;
  tensor.bytes = value.bytes;
}

}  // namespace

// Before: y = add(1, 2); s = shape(x: [1, 3]); z = mul(x, y)
// After:  z = mul(x, 3)
// Values come from the runtime itself, so folding never changes a result.
bool fold_constants(ir::Graph& graph) {
  bool changed = false;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    ir::Node& node = graph.nodes[n];
    std::vector<ir::Tensor> values;
    if (node.op == ir::OpType::shape) {
      const auto dims = known_shape(graph, node);
      if (!dims) continue;
      ir::Tensor value = graph.tensor(node.outputs[0]);
      value.shape = {static_cast<int32_t>(dims->size())};
      value.bytes = ir::Bytes::of(*dims);
      values.push_back(std::move(value));
    } else if (foldable(graph, node)) {
      for (int id : node.outputs) {
        auto value = graph.is_output(id) ? std::nullopt : evaluate_constant(graph, id);
        if (value) values.push_back(std::move(*value));
      }
    }
    const bool output = std::any_of(node.outputs.begin(), node.outputs.end(),
                                    [&](int id) { return graph.is_output(id); });
    if (values.empty() || values.size() != node.outputs.size() || output) continue;
    for (size_t i = 0; i < values.size(); ++i) make_constant(graph, node.outputs[i], values[i]);
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    --n;
    changed = true;
  }
  if (changed) graph.remove_unused();
  return changed;
}

}  // namespace linnet
