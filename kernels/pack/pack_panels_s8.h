#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/panels.h"

// Packs int8 weights for gemm_s8s8 and gemm_s8s8_f32; the layout is in panels.h. Stateless,
// thread-safe, no allocation.

namespace linnet {

// w: n rows of k values in -127…127, row r at w + r * w_stride. out: panels_size_s8(n, k) bytes,
// 4-byte aligned. Returns false, with `out` unusable, if a value is -128: the kernels' exact 16-bit
// sums have no room for it.
[[nodiscard]] bool pack_panels_s8(const int8_t* w, size_t w_stride, size_t n, size_t k, void* out);

// The inverse: writes n rows of k values. Row sums are not read.
void unpack_panels_s8(const void* packed, size_t n, size_t k, int8_t* w, size_t w_stride);

}  // namespace linnet
