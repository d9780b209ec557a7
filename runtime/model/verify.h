#pragma once

#include <cstddef>

#include "runtime/core/status.h"
#include "schema/model_generated.h"

// The checks that make a file safe to run, in the order in which open() calls them. Each trusts
// only what the ones before it have established. None allocates more than a constant times the
// header. Errors are BAD_MODEL unless stated, with a text that names the section and the tensor or
// node.

namespace linnet {

// The preamble, the hash and structure of the header, and the version (UNSUPPORTED if newer).
// `data` is aligned to 64.
Status verify_container(const std::byte* data, size_t size, const fb::Model** out);

// Segments stand where the layout wants them and inside the file, padding is zero, hashes match
// (those of segments above kAlwaysHashedSize only if `hash_all`). Features are known (UNSUPPORTED).
Status verify_segments(const fb::Model& model, const std::byte* data, size_t size,
                       size_t header_size, bool hash_all);

// Each tensor by itself: name, shape, type, layout, place of a constant, quantization. Metadata.
Status verify_tensors(const fb::Model& model, size_t header_size);

// Nodes, inputs and outputs: indices, order, single writers, names. After verify_tensors().
Status verify_graph(const fb::Graph& graph, size_t header_size);

// strcmp() == 0, out of the compiler's sight: with sanitizers on, GCC 12 takes a FlatBuffers string
// for an object of one byte and warns of reading past it.
bool same_text(const char* a, const char* b);

}  // namespace linnet
