#pragma once

#include "kernels/isa.h"

// Root-mean-square normalization of rows (Zhang and Sennrich 2019, eq. 4):
//   y = (x · (1 / √(Σx² / k + epsilon))) · gamma
// Each operation is rounded on its own; the sum has 8 partial sums by index mod 8, added as in
// reduce_f32. The same bits on every ISA, and for any split of the rows. A row whose Σx² overflows
// becomes zeros; a NaN or an infinity in a row makes NaNs, of no stated sign or payload. Models
// that scale by 1 + weight store that sum as gamma.
//
// Stateless, thread-safe, no allocation.

namespace linnet {

struct RmsNormF32Args {
  const float* x;   // row r at x + r * x_stride
  size_t x_stride;  // elements
  float* y;         // row r at y + r * y_stride; may be x with the same stride
  size_t y_stride;  // elements
  size_t rows, k;
  const float* gamma;  // [k]; null: 1
  float epsilon;
};

using RmsNormF32Fn = void(const RmsNormF32Args& args);
extern const KernelFamily<RmsNormF32Fn> kRmsNormF32;

RmsNormF32Fn rms_norm_f32_scalar, rms_norm_f32_avx2, rms_norm_f32_neon;

}  // namespace linnet
