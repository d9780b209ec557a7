#pragma once

#include "kernels/isa.h"

// Layer normalization of rows (Ba et al. 2016, eq. 4):
//   mean = Σx / n,  var = Σ(x − mean)² / n,  y = (x − mean) · (1 / √(var + epsilon)) · gamma + beta
// Sums have 8 partial sums by index mod 8, added as in reduce_f32. The same bits on every ISA.

namespace linnet {

struct LayerNormF32Args {
  const float* x;  // [rows][n]
  float* y;        // the same shape; may be x
  size_t rows, n;
  const float* gamma;  // [n]; null: 1
  const float* beta;   // [n]; null: 0
  float epsilon;
};

using LayerNormF32Fn = void(const LayerNormF32Args& args);
extern const KernelFamily<LayerNormF32Fn> kLayerNormF32;

LayerNormF32Fn layer_norm_f32_scalar, layer_norm_f32_avx2, layer_norm_f32_neon;

}  // namespace linnet
