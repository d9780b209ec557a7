#include "converter/emit/emit_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <utility>

#include "converter/emit/pack_weights.h"
#include "converter/error.h"
#include "converter/io/file.h"
#include "linnet/linnet.h"
#include "schema/file_format.h"
#include "schema/model_generated.h"

namespace linnet {
namespace {

// A constant as some of its readers see it: plain, or packed for a node.
struct Stored {
  int tensor;
  const ir::Node* packed_for;  // null: plain
  uint64_t offset = 0;         // inside the segment
  uint64_t size = 0;
};

// The file's tensors: every value of the graph, constants once for each form in which they are
// read.
struct Layout {
  std::vector<Stored> constants;
  std::vector<std::pair<int, int>> tensors;   // IR tensor id, index into constants or -1
  std::vector<std::vector<int>> node_inputs;  // file tensor ids
  std::vector<int> plain_index;  // IR tensor id -> file tensor id, -1 if only read packed
  uint64_t segment_size = 0;
};

bool same_packing(const ir::Node& a, const ir::Node& b) {
  if (a.op != b.op) return false;
  if (a.op == fb::OpType::conv_2d) {
    return a.as<fb::Conv2dOptionsT>().group == b.as<fb::Conv2dOptionsT>().group &&
           a.winograd == b.winograd;
  }
  return a.op == fb::OpType::fully_connected;
}

std::vector<std::byte> plain_bytes(const ir::Tensor& tensor) {
  const std::byte* data = tensor.bytes.data();
  if (tensor.dtype != fb::DType::s4) return {data, data + tensor.bytes.size()};
  throw std::logic_error("4-bit constant '" + tensor.name +
                         "' is read by an op that takes no packed weights");
}

Layout lay_out(const ir::Graph& graph) {
  Layout layout;
  layout.plain_index.assign(graph.tensors.size(), -1);
  std::map<int, std::vector<int>>
      packed_index;  // IR tensor id -> file tensor ids of its packed forms
  const auto store = [&](int id, const ir::Node* node, uint64_t size) {
    Stored stored{id, node, layout.segment_size, size};
    layout.segment_size = align_segment(layout.segment_size + size);
    layout.tensors.emplace_back(id, static_cast<int>(layout.constants.size()));
    layout.constants.push_back(stored);
    return static_cast<int>(layout.tensors.size()) - 1;
  };
  const auto plain = [&](int id) {
    int& index = layout.plain_index.at(static_cast<size_t>(id));
    if (index >= 0) return index;
    if (graph.is_constant(id)) {
      index = store(id, nullptr, graph.tensor(id).bytes.size());
    } else {
      layout.tensors.emplace_back(id, -1);
      index = static_cast<int>(layout.tensors.size()) - 1;
    }
    return index;
  };
  const auto packed = [&](int id, const ir::Node& node) {
    for (int index : packed_index[id]) {
      const Stored& stored =
          layout.constants[static_cast<size_t>(layout.tensors[static_cast<size_t>(index)].second)];
      if (same_packing(*stored.packed_for, node)) return index;
    }
    const int index = store(id, &node, packed_weights_size(graph.tensor(id), node));
    packed_index[id].push_back(index);
    return index;
  };

  for (int id : graph.inputs) plain(id);
  for (const ir::Node& node : graph.nodes) {
    std::vector<int> inputs;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const int id = node.inputs[i];
      const bool panels = id >= 0 && graph.is_constant(id) && reads_panels(node, i);
      inputs.push_back(id < 0 ? -1 : panels ? packed(id, node) : plain(id));
    }
    layout.node_inputs.push_back(std::move(inputs));
    for (int id : node.outputs) plain(id);
  }
  for (int id : graph.outputs) plain(id);
  return layout;
}

flatbuffers::Offset<fb::Tensor> build_tensor(flatbuffers::FlatBufferBuilder& builder,
                                             const ir::Tensor& tensor, const Stored* stored) {
  flatbuffers::Offset<fb::Quantization> quantization;
  const ir::Quantization& q = tensor.quantization;
  if (q.present()) {
    // Block scales stand in the packed stream, which fixes their axis.
    const bool blocks = q.block > 0;
    const std::vector<float> no_scales;
    quantization =
        fb::CreateQuantization(builder, builder.CreateVector(blocks ? no_scales : q.scale),
                               builder.CreateVector(q.zero_point), blocks ? -1 : q.axis, q.block,
                               builder.CreateVector(q.table));
  }
  const auto name = builder.CreateString(tensor.name);
  const auto shape = builder.CreateVector(tensor.shape);
  const ir::Node* packed_for = stored != nullptr ? stored->packed_for : nullptr;
  return fb::CreateTensor(builder, name, tensor.dtype, shape,
                          packed_for != nullptr ? packed_layout(*packed_for) : fb::Layout::plain,
                          stored != nullptr ? 0 : -1, stored != nullptr ? stored->offset : 0,
                          stored != nullptr ? stored->size : 0, quantization);
}

// The FlatBuffers header. Scalars are written even where they equal the default, so that its size
// does not depend on the hash and the offset that are filled in last.
std::vector<std::byte> build_header(const ir::Graph& graph, const Layout& layout,
                                    uint64_t segment_offset, Hash128 hash) {
  flatbuffers::FlatBufferBuilder builder(1 << 16);
  builder.ForceDefaults(true);
  std::vector<flatbuffers::Offset<fb::Tensor>> tensors;
  for (const auto& [id, constant] : layout.tensors) {
    const Stored* stored =
        constant < 0 ? nullptr : &layout.constants[static_cast<size_t>(constant)];
    tensors.push_back(build_tensor(builder, graph.tensor(id), stored));
  }
  const auto plain_ids = [&](const std::vector<int>& ids) {
    std::vector<int> mapped;
    for (int id : ids) mapped.push_back(id < 0 ? -1 : layout.plain_index[static_cast<size_t>(id)]);
    return mapped;
  };
  std::vector<flatbuffers::Offset<fb::Node>> nodes;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& node = graph.nodes[n];
    const auto name = builder.CreateString(node.name);
    const auto inputs = builder.CreateVector(layout.node_inputs[n]);
    const auto outputs = builder.CreateVector(plain_ids(node.outputs));
    const auto options = node.options.Pack(builder);
    nodes.push_back(
        fb::CreateNode(builder, node.op, name, inputs, outputs, node.options.type, options));
  }
  const auto graph_offset =
      fb::CreateGraph(builder, builder.CreateString(graph.name), builder.CreateVector(tensors),
                      builder.CreateVector(nodes), builder.CreateVector(plain_ids(graph.inputs)),
                      builder.CreateVector(plain_ids(graph.outputs)));
  std::vector<flatbuffers::Offset<fb::Segment>> segments;
  if (!layout.constants.empty()) {
    segments.push_back(fb::CreateSegment(builder, builder.CreateString("weights"), segment_offset,
                                         layout.segment_size, hash.low, hash.high));
  }
  std::vector<flatbuffers::Offset<fb::KeyValue>> metadata;
  for (const auto& [key, value] : graph.metadata) {
    metadata.push_back(
        fb::CreateKeyValue(builder, builder.CreateString(key), builder.CreateString(value)));
  }
  const std::string producer = std::string("linnet ") + linnet_version();
  const auto model = fb::CreateModel(
      builder, 1, builder.CreateString(producer), graph_offset, builder.CreateVector(segments),
      builder.CreateVector(metadata),
      builder.CreateVector(std::vector<flatbuffers::Offset<flatbuffers::String>>{}));
  fb::FinishModelBuffer(builder, model);
  const auto* data = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {data, data + builder.GetSize()};
}

using WriteAt = std::function<void(uint64_t offset, const void* data, size_t size)>;

// Size of the whole file, known before anything is written.
struct Plan {
  Layout layout;
  uint64_t header_size;
  uint64_t segment_offset;
  uint64_t file_size;
};

Plan plan_file(const ir::Graph& graph) {
  graph.check();
  Plan plan{lay_out(graph), 0, 0, 0};
  plan.header_size = build_header(graph, plan.layout, 0, {}).size();
  if (plan.header_size > kMaxHeaderSize) {
    throw std::logic_error(
        fmt::format("the graph's header takes {} bytes, more than the {} that a file may hold",
                    plan.header_size, kMaxHeaderSize));
  }
  plan.segment_offset = align_segment(kHeaderOffset + plan.header_size);
  plan.file_size = file_end(plan.segment_offset + plan.layout.segment_size);
  return plan;
}

void write_parts(const ir::Graph& graph, const Plan& plan, const WriteAt& write) {
  static constexpr std::byte kZeros[std::max(kSegmentAlignment, kTailPadding)] = {};
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  const auto append = [&](uint64_t offset, const void* data, size_t size) {
    XXH3_128bits_update(&state, data, size);
    write(plan.segment_offset + offset, data, size);
  };
  for (const Stored& stored : plan.layout.constants) {
    const ir::Tensor& tensor = graph.tensor(stored.tensor);
    const std::vector<std::byte> bytes = stored.packed_for != nullptr
                                             ? pack_weights(tensor, *stored.packed_for)
                                             : plain_bytes(tensor);
    if (bytes.size() != stored.size)
      throw std::logic_error("packed size of '" + tensor.name + "' differs from its plan");
    append(stored.offset, bytes.data(), bytes.size());
    append(stored.offset + stored.size, kZeros,
           align_segment(stored.offset + stored.size) - (stored.offset + stored.size));
  }
  const XXH128_hash_t digest = XXH3_128bits_digest(&state);

  const std::vector<std::byte> header =
      build_header(graph, plan.layout, plan.segment_offset, {digest.low64, digest.high64});
  if (header.size() != plan.header_size) throw std::logic_error("the header's size is not stable");
  const uint64_t header_end = kHeaderOffset + plan.header_size;
  write(header_end, kZeros, plan.segment_offset - header_end);
  write(plan.file_size - kTailPadding, kZeros, kTailPadding);
  write(kHeaderOffset, header.data(), header.size());
  const uint64_t segment_end = plan.segment_offset + plan.layout.segment_size;
  write(segment_end, kZeros, plan.file_size - segment_end);
  const FilePreamble preamble = make_preamble(header.data(), header.size(), plan.file_size);
  write(0, &preamble, sizeof(preamble));
}

// Asks the runtime while the file can still be dropped: what it refuses must not take the place of
// a file that works.
void check_accepted(const std::string& file, const std::string& path) {
  linnet_model* model = nullptr;
  const linnet_status status = linnet_model_open(file.c_str(), nullptr, &model);
  linnet_model_close(model);
  if (status != LINNET_OK) {
    throw ConvertError(fmt::format("'{}' is not written, it would break a rule of model files: {}",
                                   path, linnet_last_error()));
  }
}

}  // namespace

AlignedBytes::AlignedBytes(size_t size) : storage_(size + kSegmentAlignment), size_(size) {
  const auto address = reinterpret_cast<uintptr_t>(storage_.data());
  data_ = storage_.data() + (align_segment(address) - address);
}

AlignedBytes emit_model(const ir::Graph& graph) {
  const Plan plan = plan_file(graph);
  AlignedBytes file(static_cast<size_t>(plan.file_size));
  write_parts(graph, plan, [&](uint64_t offset, const void* data, size_t size) {
    if (size != 0) std::memcpy(file.data() + offset, data, size);
  });
  return file;
}

void emit_model_file(const ir::Graph& graph, const std::string& path) {
  const Plan plan = plan_file(graph);
  NewFile file(path);
  write_parts(graph, plan, [&](uint64_t offset, const void* data, size_t size) {
    file.write_at(offset, data, size);
  });
  check_accepted(file.temporary_path(), path);
  file.commit();
}

uint64_t emitted_size(const ir::Graph& graph) { return plan_file(graph).file_size; }

size_t packed_size(const ir::Graph& graph, const ir::Node& node, size_t input) {
  const ir::Tensor& tensor = graph.tensor(node.inputs.at(input));
  return reads_panels(node, input) ? packed_weights_size(tensor, node) : tensor.bytes.size();
}

}  // namespace linnet
