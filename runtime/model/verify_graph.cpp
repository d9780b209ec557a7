
#include "runtime/core/buffer.h"
#include "runtime/core/tensor.h"
#include "runtime/model/verify.h"
#include "schema/file_text.h"

namespace linnet {
namespace {

constexpr uint32_t kMaxNodes = 1u << 20;
constexpr uint32_t kMaxNodeEdges = 1024;  // inputs, or outputs, of one node
constexpr uint32_t kMaxGraphEdges = 512;  // inputs, or outputs, of the graph
constexpr size_t kLeastNodeSize = 16;     // as for tensors: offset, table, two lists
constexpr size_t kLeastEdgeSize = 4;

// What is known of a tensor at one point of the walk over the nodes.
enum State : uint8_t { kUnwritten = 0, kConstant = 1, kInput = 2, kWritten = 3, kListedOutput = 4 };

struct Walk {
  const fb::Graph& graph;
  Buffer<uint8_t> state;  // State of each tensor
  uint64_t edges_left;
  uint64_t name_bytes_left;

  bool in_range(int32_t id) const { return id >= 0 && static_cast<size_t>(id) < state.size(); }
  uint8_t& at(int32_t id) { return state[static_cast<size_t>(id)]; }
  const fb::Tensor& tensor(int32_t id) const {
    return *graph.tensors()->Get(static_cast<uint32_t>(id));
  }
  const char* name(int32_t id) const { return tensor(id).name()->c_str(); }
};

[[gnu::format(printf, 1, 2)]] Status bad(const char* format, ...) {
  va_list args;
  va_start(args, format);
  const Status status = Status::verror(LINNET_BAD_MODEL, format, args);
  va_end(args);
  return status;
}

using Ids = flatbuffers::Vector<int32_t>;

// Packed forms are readable only as the weights of these ops.
bool takes_layout(fb::OpType op, uint32_t input, fb::Layout layout) {
  if (input != 1) return false;
  if (op == fb::OpType::conv_2d) return true;
  return layout == fb::Layout::panels &&
         (op == fb::OpType::conv_transpose_2d || op == fb::OpType::fully_connected);
}

Status verify_node_inputs(Walk& walk, const fb::Node& node) {
  for (uint32_t i = 0; i < node.inputs()->size(); ++i) {
    const int32_t id = node.inputs()->Get(i);
    if (id == -1) continue;
    if (!walk.in_range(id)) return bad("input %u is tensor %d of %zu", i, id, walk.state.size());
    if (walk.at(id) == kUnwritten) {
      return bad("input %u, tensor %d '%.80s', is read before any node writes it", i, id,
                 walk.name(id));
    }
    const fb::Layout layout = walk.tensor(id).layout();
    if (layout != fb::Layout::plain && !takes_layout(node.op(), i, layout)) {
      return bad("input %u, tensor %d '%.80s', is packed in %s, which %s cannot read there", i, id,
                 walk.name(id), fb::EnumNameLayout(layout), fb::EnumNameOpType(node.op()));
    }
  }
  return {};
}

Status verify_node_outputs(Walk& walk, const fb::Node& node) {
  if (node.outputs()->size() == 0) return bad("it has no outputs");
  for (uint32_t i = 0; i < node.outputs()->size(); ++i) {
    const int32_t id = node.outputs()->Get(i);
    if (!walk.in_range(id)) return bad("output %u is tensor %d of %zu", i, id, walk.state.size());
    const char* what = walk.at(id) == kConstant ? "a constant"
                       : walk.at(id) == kInput  ? "a graph input"
                                                : "written twice";
    if (walk.at(id) != kUnwritten)
      return bad("output %u, tensor %d '%.80s', is %s", i, id, walk.name(id), what);
    walk.at(id) = kWritten;
  }
  return {};
}

Status verify_node(Walk& walk, const fb::Node& node) {
  const uint64_t edges = uint64_t{node.inputs()->size()} + node.outputs()->size();
  if (node.inputs()->size() > kMaxNodeEdges || node.outputs()->size() > kMaxNodeEdges ||
      edges > walk.edges_left) {
    return bad("%u inputs and %u outputs are too many", node.inputs()->size(),
               node.outputs()->size());
  }
  walk.edges_left -= edges;
  if (node.op() > fb::OpType::MAX) {
    return Status::error(LINNET_UNSUPPORTED,
                         "op number %u is unknown to this library; use a newer one",
                         static_cast<unsigned>(node.op()));
  }
  LINNET_TRY(verify_node_inputs(walk, node));
  return verify_node_outputs(walk, node);
}

Status verify_nodes(Walk& walk) {
  const auto& nodes = *walk.graph.nodes();
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const fb::Node& node = *nodes.Get(i);
    const char* name = "";
    if (node.name()) {
      const uint32_t size = node.name()->size();
      if (size > kMaxNameSize || size > walk.name_bytes_left ||
          !is_clean_utf8(node.name()->c_str(), size)) {
        return bad("node %u: its name is not clean text of at most %u bytes", i, kMaxNameSize);
      }
      walk.name_bytes_left -= size;
      name = node.name()->c_str();
    }
    if (const Status status = verify_node(walk, node); !status.ok()) {
      return status.prefixed("node %u '%.80s'", i, name);
    }
  }
  return {};
}

// `what` is "input" or "output". Marks each listed tensor, so that a second listing shows.
Status verify_graph_inputs(Walk& walk) {
  const Ids& ids = *walk.graph.inputs();
  if (ids.size() > kMaxGraphEdges)
    return bad("graph: %u inputs, the most is %u", ids.size(), kMaxGraphEdges);
  for (uint32_t i = 0; i < ids.size(); ++i) {
    const int32_t id = ids.Get(i);
    if (!walk.in_range(id))
      return bad("graph input %u: tensor %d of %zu", i, id, walk.state.size());
    if (walk.at(id) == kConstant)
      return bad("graph input %u: tensor %d '%.80s' is a constant", i, id, walk.name(id));
    if (walk.at(id) == kInput)
      return bad("graph input %u: tensor %d '%.80s' is listed twice", i, id, walk.name(id));
    walk.at(id) = kInput;
  }
  return {};
}

Status verify_graph_outputs(Walk& walk) {
  const Ids& ids = *walk.graph.outputs();
  if (ids.size() == 0) return bad("graph: it has no outputs");
  if (ids.size() > kMaxGraphEdges)
    return bad("graph: %u outputs, the most is %u", ids.size(), kMaxGraphEdges);
  for (uint32_t i = 0; i < ids.size(); ++i) {
    const int32_t id = ids.Get(i);
    if (!walk.in_range(id))
      return bad("graph output %u: tensor %d of %zu", i, id, walk.state.size());
    const char* name = walk.name(id);
    if (walk.at(id) == kUnwritten)
      return bad("graph output %u: no node writes tensor %d '%.80s'", i, id, name);
    if (walk.at(id) == kListedOutput)
      return bad("graph output %u: tensor %d '%.80s' is listed twice", i, id, name);
    if (walk.tensor(id).layout() != fb::Layout::plain) {
      return bad("graph output %u: tensor %d '%.80s' is packed", i, id, name);
    }
    walk.at(id) = kListedOutput;
  }
  return {};
}

// The i-th of the inputs followed by the outputs.
int32_t interface_id(const fb::Graph& graph, uint32_t i) {
  const uint32_t inputs = graph.inputs()->size();
  return i < inputs ? graph.inputs()->Get(i) : graph.outputs()->Get(i - inputs);
}

Status verify_interface_names(const Walk& walk) {
  const uint32_t count = walk.graph.inputs()->size() + walk.graph.outputs()->size();
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t id = interface_id(walk.graph, i);
    if (walk.name(id)[0] == '\0')
      return bad("graph: tensor %d is an input or output without a name", id);
    for (uint32_t j = 0; j < i; ++j) {
      const int32_t other = interface_id(walk.graph, j);
      if (other != id && same_text(walk.name(other), walk.name(id))) {
        return bad("graph: tensors %d and %d, inputs or outputs, are both named '%.80s'", other, id,
                   walk.name(id));
      }
    }
  }
  return {};
}

}  // namespace

Status verify_graph(const fb::Graph& graph, size_t header_size) {
  if (graph.nodes()->size() > kMaxNodes || graph.nodes()->size() > header_size / kLeastNodeSize) {
    return bad("nodes: %u of them, too many for a header of %zu bytes", graph.nodes()->size(),
               header_size);
  }
  if (graph.name() && !is_clean_utf8(graph.name()->c_str(), graph.name()->size())) {
    return bad("graph: its name is not UTF-8");
  }
  Walk walk{graph, {}, header_size / kLeastEdgeSize, uint64_t{4} * header_size};
  if (!walk.state.make(graph.tensors()->size())) {
    return Status::error(LINNET_OUT_OF_MEMORY, "graph: no memory to verify %u tensors",
                         graph.tensors()->size());
  }
  for (uint32_t i = 0; i < graph.tensors()->size(); ++i) {
    if (graph.tensors()->Get(i)->segment() >= 0) walk.state[i] = kConstant;
  }
  LINNET_TRY(verify_graph_inputs(walk));
  LINNET_TRY(verify_nodes(walk));
  LINNET_TRY(verify_graph_outputs(walk));
  return verify_interface_names(walk);
}

}  // namespace linnet
