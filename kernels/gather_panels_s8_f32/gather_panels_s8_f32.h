#pragma once

#include "kernels/isa.h"

// Rows of a packed int8 matrix as floats: the embedding of token indices[i] where the table is also
// the weight of the output head, so that it is stored once, in the panels of gemm_s8s8_f32.
//   y[i][j] = w_scale[row] · w[row][j],  row = indices[i], or n + indices[i] if that is negative
// One rounding, so every ISA gives the same bits. Only the row's own bytes are read. Stateless,
// thread-safe, no allocation; any split of the indices gives the same bits.

namespace linnet {

struct GatherPanelsS8F32Args {
  const int8_t* w;        // s8 panels (kernels/pack/panels.h) of [n][k]
  size_t w_panel_stride;  // bytes: panel_bytes_s8(k)
  const float* w_scale;   // [n]
  size_t n, k;
  const int32_t* indices;  // [count], each in −n … n − 1 (the caller has checked)
  size_t count;
  float* y;         // row i at y + i * y_stride; overlaps no input
  size_t y_stride;  // elements, >= k
};

using GatherPanelsS8F32Fn = void(const GatherPanelsS8F32Args& args);
extern const KernelFamily<GatherPanelsS8F32Fn> kGatherPanelsS8F32;

GatherPanelsS8F32Fn gather_panels_s8_f32_scalar, gather_panels_s8_f32_avx2,
    gather_panels_s8_f32_neon;

}  // namespace linnet
