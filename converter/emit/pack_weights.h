#pragma once

#include <cstddef>
#include <vector>

#include "converter/ir/graph.h"

namespace linnet {

// True when `node` reads its input number `input` as packed panels: the weights of conv_2d,
// conv_transpose_2d and fully_connected.
bool reads_panels(const ir::Node& node, size_t input);

// The form in which such an input stands in the file.
fb::Layout packed_layout(const ir::Node& node);

// Weights [co, kh, kw, ci/group] or [n, k] (f32, f16, s8 or s4 with block scales) as the runtime's
// kernels read them: one GEMM per group and, for conv_transpose_2d, per stride phase
// (kernels/pack/conv_transpose_phases.h), in that order; or as node.winograd asks for it.
std::vector<std::byte> pack_weights(const ir::Tensor& weights, const ir::Node& node);

// Its size without packing.
size_t packed_weights_size(const ir::Tensor& weights, const ir::Node& node);

}  // namespace linnet
