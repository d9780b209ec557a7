#include <map>
#include <string>

#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

std::string bytes_of(const void* data, size_t size) {
  return {static_cast<const char*>(data), size};
}

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return std::to_string(values.size()) + ":" + bytes_of(values.data(), values.size() * sizeof(T));
}

std::string type_key(const ir::Tensor& t) {
  const ir::Quantization& q = t.quantization;
  return std::to_string(static_cast<int>(t.dtype)) + bytes_of(q.scale) + bytes_of(q.zero_point) +
         bytes_of(q.table) + std::to_string(q.axis) + "," + std::to_string(q.block);
}

std::string options_key(const fb::OpOptionsUnion& options) {
  if (options.type == fb::OpOptions::NONE) return {};
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(flatbuffers::Offset<void>(options.Pack(builder)));
  return bytes_of(builder.GetBufferPointer(), builder.GetSize());
}

std::string node_key(const ir::Graph& graph, const ir::Node& node) {
  std::string key =
      std::to_string(static_cast<int>(node.op)) + bytes_of(node.inputs) + options_key(node.options);
  for (int id : node.outputs) key += type_key(graph.tensor(id));
  return key;
}

// Constants with the same content: the first one serves all.
bool merge_constants(ir::Graph& graph) {
  std::map<std::string, int> seen;
  bool changed = false;
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const ir::Tensor& t = graph.tensors[i];
    if (!t.constant) continue;
    const int id = static_cast<int>(i);
    const auto [first, fresh] = seen.emplace(
        type_key(t) + bytes_of(t.shape) + bytes_of(t.bytes.data(), t.bytes.size()), id);
    if (fresh) continue;
    graph.replace_uses(id, first->second, false);
    changed = true;
  }
  return changed;
}

}  // namespace

// Before: a = relu(x); b = relu(x); y = add(a, b)
// After:  a = relu(x); y = add(a, a)
bool merge_common_subexpressions(ir::Graph& graph) {
  bool changed = merge_constants(graph);
  std::map<std::string, size_t> seen;
  // Nodes stand in order, so the inputs of a duplicate are merged before it is looked at.
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const auto [first, fresh] = seen.emplace(node_key(graph, graph.nodes[n]), n);
    if (fresh) continue;
    const auto& kept = graph.nodes[first->second].outputs;
    const auto& extra = graph.nodes[n].outputs;
    bool output = false;
    for (int id : extra) output = output || graph.is_output(id);
    if (output) continue;
    for (size_t i = 0; i < extra.size(); ++i) graph.replace_uses(extra[i], kept[i]);
    changed = true;
  }
  if (changed) graph.remove_unused();
  return changed;
}

}  // namespace linnet
