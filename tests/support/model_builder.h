#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "schema/file_format.h"
#include "schema/model_generated.h"

namespace linnet::test {

// Bytes at an address that is a multiple of 64, as linnet_model_open_memory() wants them.
class AlignedBytes {
 public:
  AlignedBytes() = default;
  explicit AlignedBytes(const std::vector<uint8_t>& bytes);
  AlignedBytes(const uint8_t* bytes, size_t size)
      : AlignedBytes(std::vector<uint8_t>(bytes, bytes + size)) {}
  uint8_t* data() { return storage_.empty() ? nullptr : storage_.data() + shift_; }
  const uint8_t* data() const { return const_cast<AlignedBytes*>(this)->data(); }
  size_t size() const { return size_; }
  AlignedBytes(const AlignedBytes& other) : AlignedBytes(other.data(), other.size()) {}
  AlignedBytes& operator=(const AlignedBytes& other);

 private:
  std::vector<uint8_t> storage_;
  size_t shift_ = 0;
  size_t size_ = 0;
};

// Writes small model files by hand, straight from the schema, with none of the converter's code.
// The header stays open to every kind of damage until seal() computes the hashes over whatever is
// there.
class ModelBuilder {
 public:
  ModelBuilder();

  // Each returns the tensor's index.
  int32_t add_tensor(const std::string& name, fb::DType dtype, std::vector<int32_t> shape);
  int32_t add_input(const std::string& name, fb::DType dtype, std::vector<int32_t> shape);
  int32_t add_constant(const std::string& name, fb::DType dtype, std::vector<int32_t> shape,
                       const void* data, size_t size);
  int32_t add_f32(const std::string& name, std::vector<int32_t> shape,
                  const std::vector<float>& values);
  int32_t add_s32(const std::string& name, std::vector<int32_t> shape,
                  const std::vector<int32_t>& values);
  void quantize(int32_t tensor, std::vector<float> scale, std::vector<int32_t> zero_point,
                int axis = -1);

  fb::NodeT& add_node(fb::OpType op, const std::string& name, std::vector<int32_t> inputs,
                      std::vector<int32_t> outputs);
  template <typename T>
  fb::NodeT& add_node(fb::OpType op, const std::string& name, std::vector<int32_t> inputs,
                      std::vector<int32_t> outputs, T options) {
    fb::NodeT& node = add_node(op, name, std::move(inputs), std::move(outputs));
    node.options.Set(std::move(options));
    return node;
  }
  void add_output(int32_t tensor) { model.graph->outputs.push_back(tensor); }

  fb::TensorT& tensor(int32_t i) { return *model.graph->tensors[static_cast<size_t>(i)]; }
  fb::NodeT& node(size_t i) { return *model.graph->nodes[i]; }
  fb::GraphT& graph() { return *model.graph; }
  fb::SegmentT& segment() { return *model.segments[0]; }

  // The finished file. Segment 0 holds the constants; its place and hash are filled in unless
  // `keep_segments` is set, so that a test can spoil them.
  AlignedBytes seal(bool keep_segments = false);

  fb::ModelT model;
  std::vector<uint8_t> weights;
};

// The whole file from a header, with hashes that fit whatever the header says.
AlignedBytes seal_file(const std::vector<uint8_t>& header, const std::vector<uint8_t>& weights);
// Recomputes header hash and preamble hash of a file whose bytes were changed.
void reseal(AlignedBytes* file);

// x [n, 4] f32 -> relu(x * w + b) with w [4], b [4]: mul, add; `batch` -1: unknown until run.
ModelBuilder small_model(int32_t batch);

inline AlignedBytes::AlignedBytes(const std::vector<uint8_t>& bytes)
    : storage_(bytes.size() + 64), size_(bytes.size()) {
  const uintptr_t address = reinterpret_cast<uintptr_t>(storage_.data());
  shift_ = (64 - address % 64) % 64;
  if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
}

inline AlignedBytes& AlignedBytes::operator=(const AlignedBytes& other) {
  AlignedBytes copy(other);
  std::swap(storage_, copy.storage_);
  std::swap(shift_, copy.shift_);
  std::swap(size_, copy.size_);
  return *this;
}

inline ModelBuilder::ModelBuilder() {
  model.producer = "test";
  model.graph = std::make_unique<fb::GraphT>();
  model.graph->name = "graph";
  model.segments.push_back(std::make_unique<fb::SegmentT>());
  model.segments[0]->name = "weights";
}

inline int32_t ModelBuilder::add_tensor(const std::string& name, fb::DType dtype,
                                        std::vector<int32_t> shape) {
  auto tensor = std::make_unique<fb::TensorT>();
  tensor->name = name;
  tensor->dtype = dtype;
  tensor->shape = std::move(shape);
  model.graph->tensors.push_back(std::move(tensor));
  return static_cast<int32_t>(model.graph->tensors.size()) - 1;
}

inline int32_t ModelBuilder::add_input(const std::string& name, fb::DType dtype,
                                       std::vector<int32_t> shape) {
  const int32_t id = add_tensor(name, dtype, std::move(shape));
  model.graph->inputs.push_back(id);
  return id;
}

inline int32_t ModelBuilder::add_constant(const std::string& name, fb::DType dtype,
                                          std::vector<int32_t> shape, const void* data,
                                          size_t size) {
  const int32_t id = add_tensor(name, dtype, std::move(shape));
  weights.resize(static_cast<size_t>(align_segment(weights.size())));
  tensor(id).segment = 0;
  tensor(id).offset = weights.size();
  tensor(id).size = size;
  const uint8_t* bytes = static_cast<const uint8_t*>(data);
  weights.insert(weights.end(), bytes, bytes + size);
  return id;
}

inline int32_t ModelBuilder::add_f32(const std::string& name, std::vector<int32_t> shape,
                                     const std::vector<float>& values) {
  return add_constant(name, fb::DType::f32, std::move(shape), values.data(),
                      values.size() * sizeof(float));
}

inline int32_t ModelBuilder::add_s32(const std::string& name, std::vector<int32_t> shape,
                                     const std::vector<int32_t>& values) {
  return add_constant(name, fb::DType::s32, std::move(shape), values.data(),
                      values.size() * sizeof(int32_t));
}

inline void ModelBuilder::quantize(int32_t id, std::vector<float> scale,
                                   std::vector<int32_t> zero_point, int axis) {
  auto quantization = std::make_unique<fb::QuantizationT>();
  quantization->scale = std::move(scale);
  quantization->zero_point = std::move(zero_point);
  quantization->axis = axis;
  tensor(id).quantization = std::move(quantization);
}

inline fb::NodeT& ModelBuilder::add_node(fb::OpType op, const std::string& name,
                                         std::vector<int32_t> inputs,
                                         std::vector<int32_t> outputs) {
  auto node = std::make_unique<fb::NodeT>();
  node->op = op;
  node->name = name;
  node->inputs = std::move(inputs);
  node->outputs = std::move(outputs);
  model.graph->nodes.push_back(std::move(node));
  return *model.graph->nodes.back();
}

inline AlignedBytes ModelBuilder::seal(bool keep_segments) {
  const auto pack = [this] {
    flatbuffers::FlatBufferBuilder builder;
    // Zeros and defaults are written too: so the header's size does not depend on the segment's
    // place.
    builder.ForceDefaults(true);
    fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model));
    return std::vector<uint8_t>(builder.GetBufferPointer(),
                                builder.GetBufferPointer() + builder.GetSize());
  };
  std::vector<uint8_t> header = pack();
  if (!keep_segments && !model.segments.empty()) {
    const Hash128 hash = hash_bytes(weights.data(), weights.size());
    segment().offset = align_segment(kHeaderOffset + header.size());
    segment().size = weights.size();
    segment().hash_low = hash.low;
    segment().hash_high = hash.high;
    header = pack();
  }
  return seal_file(header, weights);
}

inline AlignedBytes seal_file(const std::vector<uint8_t>& header,
                              const std::vector<uint8_t>& weights) {
  const auto begin = static_cast<size_t>(align_segment(kHeaderOffset + header.size()));
  std::vector<uint8_t> bytes(static_cast<size_t>(file_end(begin + weights.size())));
  std::memcpy(bytes.data() + kHeaderOffset, header.data(), header.size());
  if (!weights.empty()) std::memcpy(bytes.data() + begin, weights.data(), weights.size());
  const FilePreamble preamble = make_preamble(header.data(), header.size(), bytes.size());
  std::memcpy(bytes.data(), &preamble, sizeof(preamble));
  return AlignedBytes(bytes);
}

inline void reseal(AlignedBytes* file) {
  FilePreamble preamble;
  std::memcpy(&preamble, file->data(), sizeof(preamble));
  if (preamble.header_size <= file->size() - kHeaderOffset) {
    preamble.header_hash =
        hash_bytes(file->data() + kHeaderOffset, static_cast<size_t>(preamble.header_size));
  }
  preamble.preamble_hash = hash_preamble(preamble);
  std::memcpy(file->data(), &preamble, sizeof(preamble));
}

inline ModelBuilder small_model(int32_t batch) {
  ModelBuilder builder;
  const int32_t x = builder.add_input("x", fb::DType::f32, {batch, 4});
  const int32_t w = builder.add_f32("w", {4}, {1, 2, 3, 4});
  const int32_t b = builder.add_f32("b", {4}, {0.5f, -1, 0, 1});
  const int32_t product = builder.add_tensor("product", fb::DType::f32, {batch, 4});
  const int32_t y = builder.add_tensor("y", fb::DType::f32, {batch, 4});
  builder.add_node(fb::OpType::mul, "scale", {x, w}, {product}, fb::BinaryOptionsT());
  fb::BinaryOptionsT relu;
  relu.clamp_min = 0;
  builder.add_node(fb::OpType::add, "shift", {product, b}, {y}, relu);
  builder.add_output(y);
  return builder;
}

}  // namespace linnet::test
