#pragma once

#include <vector>

#include "converter/ir/graph.h"

// Constants under another layout.

namespace linnet::ir {

// Row-major elements of `shape` with their axes in the order perm: out[i…] = in[…] where axis k of
// the result is axis perm[k] of the input.
Bytes permute(const Bytes& bytes, const std::vector<int32_t>& shape,
              const std::vector<int32_t>& perm, size_t element_size);

// A constant with its axes permuted; its quantization axis moves along. The name is kept.
Tensor permuted(const Tensor& constant, const std::vector<int32_t>& perm);

// perm such that applying `first` and then `second` is applying it once.
std::vector<int32_t> compose(const std::vector<int32_t>& first, const std::vector<int32_t>& second);
std::vector<int32_t> inverse(const std::vector<int32_t>& perm);
bool is_identity(const std::vector<int32_t>& perm);

// The real values of a quantized constant (s8, u8 or s32; per tensor or per axis) as f32,
// by scale * (q - zero_point) in f32, as the dequantize op computes it.
Tensor dequantized(const Tensor& constant);

}  // namespace linnet::ir
