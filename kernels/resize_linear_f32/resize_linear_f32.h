#pragma once

#include "kernels/isa.h"

// Bilinear resize of NHWC by tables that the caller computes for the two axes.
//   lerp(a, b, w) = a·(1 − w) + b·w
//   y = lerp(lerp(x[r0][c0], x[r0][c1], wc), lerp(x[r1][c0], x[r1][c1], wc), wr)
// each operation one IEEE operation, in this order. The same bits on every ISA.

namespace linnet {

// One axis: output index i blends the source indices first[i] and second[i], the second with weight
// weight[i] (0…1).
struct LinearTable {
  const int32_t* first;
  const int32_t* second;
  const float* weight;
};

struct ResizeLinearF32Args {
  const float* x;  // [n][h][w][c]
  float* y;        // [n][oh][ow][c], the whole tensor; must not overlap x
  size_t h, w, c, oh, ow;
  LinearTable rows;           // [oh], indices 0…h − 1
  LinearTable columns;        // [ow], indices 0…w − 1
  size_t row_begin, row_end;  // output rows to compute, out of n · oh
};

using ResizeLinearF32Fn = void(const ResizeLinearF32Args& args);
extern const KernelFamily<ResizeLinearF32Fn> kResizeLinearF32;

ResizeLinearF32Fn resize_linear_f32_scalar, resize_linear_f32_avx2, resize_linear_f32_neon;

}  // namespace linnet
