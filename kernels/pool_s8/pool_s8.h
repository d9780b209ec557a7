#pragma once

#include "kernels/isa.h"
#include "kernels/pool_window/pool_window.h"

// Average and max pooling of int8.
//   average  s = Σ (x − zero_point_in) in int32; t = float(s) · (multiplier / float(count))
//            y = clamp(round_half_even(t) + zero_point_out, −128, 127)
//   max      y = max x; scales and zero points of x and y are the same (or requantize_s8 follows)
// The same bits on every ISA.

namespace linnet {

struct PoolS8Args {
  PoolKind kind;
  const int8_t* x;    // [n][h][w][c]
  int8_t* y;          // [n][oh][ow][c], the whole tensor; only the rows of `window` are written
  PoolWindow window;  // kernel_h · kernel_w <= 2^23
  int32_t zero_point_in, zero_point_out;  // −128…127; average only
  float multiplier;                       // scale_in / scale_out; average only
};

using PoolS8Fn = void(const PoolS8Args& args);
extern const KernelFamily<PoolS8Fn> kPoolS8;

PoolS8Fn pool_s8_scalar, pool_s8_avx2, pool_s8_avx512, pool_s8_neon;

}  // namespace linnet
