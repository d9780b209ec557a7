#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "converter/ir/graph.h"

// Writes a graph as a model file (schema/README.md): packs the weights into panels, lays the
// segment out, hashes, and puts the preamble on last. The same graph gives the same bytes on every
// machine.

namespace linnet {

// The file in memory, aligned for linnet_model_open_memory() by AlignedBytes.
class AlignedBytes {
 public:
  explicit AlignedBytes(size_t size);
  AlignedBytes(AlignedBytes&&) = default;
  AlignedBytes& operator=(AlignedBytes&&) = default;
  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  std::vector<std::byte> storage_;
  std::byte* data_;
  size_t size_;
};

// Throws std::logic_error when graph.check() does.
AlignedBytes emit_model(const ir::Graph& graph);

// By way of NewFile (converter/io/file.h): a killed conversion leaves the old file or none. One
// tensor is packed in memory at a time. Throws ConvertError when the file cannot be written or
// breaks a rule that the runtime checks.
void emit_model_file(const ir::Graph& graph, const std::string& path);

// Bytes of the file that emit_model() would make.
uint64_t emitted_size(const ir::Graph& graph);

// Bytes that constant `id` takes in the file when read as input `input` of `node`, packing
// included.
size_t packed_size(const ir::Graph& graph, const ir::Node& node, size_t input);

}  // namespace linnet
