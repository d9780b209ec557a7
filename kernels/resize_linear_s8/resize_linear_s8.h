#pragma once

#include "kernels/resize_linear_f32/resize_linear_f32.h"

// Bilinear resize of int8 NHWC: resize_linear_f32's blend of float(x − zero_point_in), then
//   y = clamp(round_half_even(blend · multiplier) + zero_point_out, −128, 127)
// The same bits on every ISA.

namespace linnet {

struct ResizeLinearS8Args {
  const int8_t* x;  // [n][h][w][c]
  int8_t* y;        // [n][oh][ow][c], the whole tensor; must not overlap x
  size_t h, w, c, oh, ow;
  LinearTable rows;                       // [oh], indices 0…h − 1
  LinearTable columns;                    // [ow], indices 0…w − 1
  size_t row_begin, row_end;              // output rows to compute, out of n · oh
  int32_t zero_point_in, zero_point_out;  // −128…127
  float multiplier;                       // scale_in / scale_out; finite
};

using ResizeLinearS8Fn = void(const ResizeLinearS8Args& args);
extern const KernelFamily<ResizeLinearS8Fn> kResizeLinearS8;

ResizeLinearS8Fn resize_linear_s8_scalar, resize_linear_s8_avx2, resize_linear_s8_neon;

}  // namespace linnet
