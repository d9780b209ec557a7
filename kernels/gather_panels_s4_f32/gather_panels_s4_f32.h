#pragma once

#include "kernels/isa.h"

// Rows of a packed 4-bit matrix as floats: the embedding of token indices[i] where the table is
// also the weight of the output head, so that it is stored once, in the panels of gemm_s8s4_f32.
//   y[i][j] = scale[row][j / block] · table[code[row][j]]
// with row = indices[i], or n + indices[i] if that is negative. The product of an f16 scale and an
// int8 is exact, so every ISA gives the same bits. Only the row's own bytes are read. Stateless,
// thread-safe, no allocation; any split of the indices gives the same bits.

namespace linnet {

struct GatherPanelsS4F32Args {
  const uint8_t* w;       // s4 panels (kernels/pack/panels.h) of [n][k]
  size_t w_panel_stride;  // bytes: panel_bytes_s4(k, block)
  size_t n, k;
  size_t block;            // 32, 64 or 128
  const int8_t* table;     // the 16 values of a code
  const int32_t* indices;  // [count], each in −n … n − 1 (the caller has checked)
  size_t count;
  float* y;         // row i at y + i * y_stride; overlaps no input
  size_t y_stride;  // elements, >= k
};

using GatherPanelsS4F32Fn = void(const GatherPanelsS4F32Args& args);
extern const KernelFamily<GatherPanelsS4F32Fn> kGatherPanelsS4F32;

GatherPanelsS4F32Fn gather_panels_s4_f32_scalar, gather_panels_s4_f32_avx2,
    gather_panels_s4_f32_neon;

}  // namespace linnet
