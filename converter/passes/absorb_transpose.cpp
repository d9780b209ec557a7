#include <algorithm>

#include "converter/ir/infer_shapes.h"
#include "converter/ir/options.h"
#include "converter/ir/permute.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

// b of batch_matmul with its last two axes swapped: alone, or besides other moves if that keeps
// runs of values together.
bool absorb_into_matmul(ir::Graph& graph, const Uses& uses, size_t n) {
  const ir::Node* transpose = producer_of(graph, uses, graph.nodes[n].inputs[1], OpType::transpose);
  if (!transpose) return false;
  std::vector<int32_t> perm = transpose->as<fb::TransposeOptionsT>().perm;
  const size_t rank = perm.size();
  const int source = transpose->inputs[0];
  if (rank < 2 || perm[rank - 2] + 1 != static_cast<int32_t>(rank)) return false;
  std::swap(perm[rank - 1], perm[rank - 2]);
  int b = source;
  if (!ir::is_identity(perm)) {
    const std::string name = transpose->name;
    b = ir::append_node(
        graph, ir::make_node(OpType::transpose, name, {source}, {}, ir::transpose_options(perm)),
        name);
    graph.tensor(b).quantization = graph.tensor(source).quantization;
  }
  ir::Node& node = graph.nodes[n];
  auto& o = node.as<fb::BatchMatmulOptionsT>();
  o.transpose_b = !o.transpose_b;
  node.inputs[1] = b;
  return true;
}

// The weights' columns are put in the order that the values have before the transpose.
bool absorb_into_fully_connected(ir::Graph& graph, const Uses& uses, ir::Node& node) {
  const ir::Node* flatten = producer_of(graph, uses, node.inputs[0], OpType::reshape);
  if (!flatten || flatten->as<fb::ReshapeOptionsT>().from_input ||
      uses.only_reader(node.inputs[0]) < 0)
    return false;
  const ir::Node* transpose = producer_of(graph, uses, flatten->inputs[0], OpType::transpose);
  const int weights = node.inputs[1];
  if (!transpose || !graph.is_constant(weights)) return false;
  const std::vector<int32_t> perm = transpose->as<fb::TransposeOptionsT>().perm;
  const std::vector<int32_t>& before = graph.tensor(flatten->inputs[0]).shape;
  const std::vector<int32_t>& after = graph.tensor(node.inputs[0]).shape;
  // [n, …] to [n, k], the batch left alone.
  if (perm.size() < 2 || perm[0] != 0 || after.size() != 2) return false;
  std::vector<int32_t> view(before.begin() + 1, before.end());
  int64_t k = 1;
  for (int32_t d : view) k = d <= 0 || k < 0 ? -1 : k * d;
  if (k < 0 || k != after[1]) return false;
  ir::Tensor moved = graph.tensor(weights);
  if (moved.quantization.axis > 0 || moved.quantization.block != 0) return false;
  view.insert(view.begin(), moved.shape[0]);
  // Row-major over `before`; the new order is that of the transpose's input.
  moved.bytes = ir::permute(moved.bytes, view, ir::inverse(perm), ir::element_size(moved.dtype));
  moved.name = ir::unique_name(graph, moved.name + "/nhwc");
  const int source = transpose->inputs[0];
  const size_t reshape = static_cast<size_t>(uses.producer(node.inputs[0]));
  node.inputs[1] = graph.add_tensor(std::move(moved));
  graph.nodes[reshape].inputs[0] = source;
  fb::ReshapeOptionsT shape;
  shape.shape = {0, static_cast<int32_t>(k)};
  graph.nodes[reshape].options.Set(std::move(shape));
  return true;
}

}  // namespace

// Before: t = transpose(b, [0, 1, 3, 2]); y = batch_matmul(a, t)
// After:  y = batch_matmul(a, b, transpose_b)
// Before: t = transpose(x: [n, h, w, c], [0, 3, 1, 2]); f = reshape(t, [0, c·h·w]); y =
// fully_connected(f, W) After:  f = reshape(x, [0, h·w·c]); y = fully_connected(f, W with its
// columns in that order)
bool absorb_transpose(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op == OpType::batch_matmul) return absorb_into_matmul(graph, uses, n);
    if (node.op == OpType::fully_connected) return absorb_into_fully_connected(graph, uses, node);
    return false;
  });
}

}  // namespace linnet
