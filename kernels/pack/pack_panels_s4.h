#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/panels.h"

// Packs 4-bit weights for gemm_s8s4_f32; the layout is in panels.h. Stateless, thread-safe, no
// allocation.
//
// A weight is scale[row][block] * table[code]. Codes are 0…15.

namespace linnet {

// Plain int4: code c stands for c - 8.
inline constexpr int8_t kInt4Table[16] = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};

struct PackPanelsS4Args {
  size_t n = 0;
  size_t k = 0;
  size_t block = 32;                 // 32, 64 or 128
  const uint8_t* codes = nullptr;    // [n][k], one code a byte
  size_t codes_stride = 0;           // bytes from row to row
  const uint16_t* scales = nullptr;  // [n][panel_block_count(k, block)], f16 bits, finite
  size_t scales_stride = 0;          // values from row to row
  const int8_t* table = kInt4Table;  // 16 values in -127…127
};

// out: panels_size_s4(n, k, block) bytes, 4-byte aligned. Rows that pad n get scale 0. Returns
// false, with `out` unusable, if the block size is not supported, a code is above 15, the table
// holds -128, or k is no multiple of 8 and the table has no 0 to pad with.
[[nodiscard]] bool pack_panels_s4(const PackPanelsS4Args& args, void* out);

// The inverse: codes [n][k] and scales [n][blocks], with the strides of PackPanelsS4Args. comp is
// not read; `block` must be supported.
void unpack_panels_s4(const void* packed, size_t n, size_t k, size_t block, uint8_t* codes,
                      size_t codes_stride, uint16_t* scales, size_t scales_stride);

}  // namespace linnet
