#pragma once

#include "kernels/isa.h"

// Softmax over the middle dimension of [outer][n][inner]; rows: inner = 1.
//   y = e^(x − max) / Σ e^(x − max)
// The sum of a row (inner = 1) has 8 partial sums by index mod 8, added as in reduce_f32; with
// inner > 1 it runs in index order. The same bits on every ISA. A NaN or +inf in a row makes the
// whole row NaN, and so does a row of −inf.

namespace linnet {

struct SoftmaxF32Args {
  const float* x;  // [outer][n][inner]
  float* y;        // the same shape; may be x
  size_t outer, n, inner;
};

using SoftmaxF32Fn = void(const SoftmaxF32Args& args);
extern const KernelFamily<SoftmaxF32Fn> kSoftmaxF32;

SoftmaxF32Fn softmax_f32_scalar, softmax_f32_avx2, softmax_f32_neon;

}  // namespace linnet
