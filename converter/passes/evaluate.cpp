#include "converter/passes/evaluate.h"

#include <memory>
#include <vector>

#include "converter/emit/emit_model.h"
#include "converter/ir/infer_shapes.h"
#include "linnet/linnet.h"

namespace linnet {

namespace {

struct CloseModel {
  void operator()(linnet_model* model) const { linnet_model_close(model); }
};
struct CloseSession {
  void operator()(linnet_session* session) const { linnet_session_close(session); }
};

// A graph of the nodes that `id` needs and nothing else; nothing if it needs a graph input.
std::optional<ir::Graph> constant_part(const ir::Graph& graph, int id) {
  const std::vector<int> producers = graph.producers();
  std::vector<int> pending = {id};
  std::vector<bool> seen(graph.tensors.size(), false), needed(graph.nodes.size(), false);
  while (!pending.empty()) {
    const int tensor = pending.back();
    pending.pop_back();
    if (tensor < 0 || seen[static_cast<size_t>(tensor)]) continue;
    seen[static_cast<size_t>(tensor)] = true;
    if (graph.is_constant(tensor)) continue;
    const int producer = producers[static_cast<size_t>(tensor)];
    if (producer < 0) return std::nullopt;
    const ir::Node& node = graph.nodes[static_cast<size_t>(producer)];
    needed[static_cast<size_t>(producer)] = true;
    // Only the input's shape counts for `shape`; evaluating all before it would be wasteful.
    if (node.op == ir::OpType::shape) return std::nullopt;
    pending.insert(pending.end(), node.inputs.begin(), node.inputs.end());
  }
  ir::Graph part;
  part.tensors = graph.tensors;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (needed[n]) part.nodes.push_back(graph.nodes[n]);
  }
  part.outputs = {id};
  part.sort();
  part.remove_unused();
  return part;
}

std::optional<ir::Tensor> run(const ir::Graph& part) {
  const AlignedBytes file = emit_model(part);
  linnet_model* raw_model = nullptr;
  if (linnet_model_open_memory(file.data(), file.size(), nullptr, &raw_model) != LINNET_OK)
    return std::nullopt;
  const std::unique_ptr<linnet_model, CloseModel> model(raw_model);
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = 1;
  options.xnnpack = 0;  // the same values whatever the build offers
  options.memory_limit = 4 * static_cast<uint64_t>(kMaxFoldedBytes) + (uint64_t{1} << 20);
  linnet_session* raw_session = nullptr;
  if (linnet_session_create(model.get(), &options, &raw_session) != LINNET_OK) return std::nullopt;
  const std::unique_ptr<linnet_session, CloseSession> session(raw_session);
  linnet_tensor output;
  if (linnet_session_run(session.get(), 0) != LINNET_OK ||
      linnet_session_output(session.get(), 0, &output) != LINNET_OK || !output.data ||
      output.size > static_cast<size_t>(kMaxFoldedBytes)) {
    return std::nullopt;
  }
  ir::Tensor result = part.tensor(part.outputs[0]);
  result.constant = true;
  result.shape.assign(output.dims, output.dims + output.rank);
  result.bytes = ir::Bytes::copy(output.data, output.size);
  return result;
}

// The size is known and beyond kMaxFoldedBytes.
bool passes_limit(const ir::Tensor& tensor) {
  int64_t bytes = static_cast<int64_t>(ir::element_size(tensor.dtype));
  for (int32_t d : tensor.shape) {
    if (d < 0) return false;
    if (d > 0 && bytes > kMaxFoldedBytes / d) return true;
    bytes *= d;
  }
  return false;
}

}  // namespace

std::optional<ir::Tensor> evaluate_constant(const ir::Graph& graph, int id) {
  if (graph.is_constant(id)) return graph.tensor(id);
  const ir::Tensor& tensor = graph.tensor(id);
  if (passes_limit(tensor)) return std::nullopt;
  std::optional<ir::Graph> part = constant_part(graph, id);
  return part ? run(*part) : std::nullopt;
}

}  // namespace linnet
