#pragma once

#include "kernels/reduce_f32/reduce_f32.h"

// y[o][i] = reduction over r of x[o][r][i], in int32, then requantized:
//   sum, mean  v = Σ (x − zero_point_in)       max, min  v = extreme x − zero_point_in
//   y = clamp(round_half_even(float(v) · multiplier) + zero_point_out, −128, 127)
// multiplier = scale_in / scale_out, for mean also / reduce (given by the caller). Sum of nothing:
// 0.

namespace linnet {

struct ReduceS8Args {
  ReduceOp op;
  const int8_t* x;                        // [outer][reduce][inner]
  int8_t* y;                              // [outer][inner]; must not overlap x
  size_t outer, reduce, inner;            // reduce <= 2^23, and >= 1 for max and min
  size_t inner_begin, inner_end;          // only these inner indices are computed: 0, inner for all
  int32_t zero_point_in, zero_point_out;  // −128…127
  float multiplier;                       // finite
};

using ReduceS8Fn = void(const ReduceS8Args& args);
extern const KernelFamily<ReduceS8Fn> kReduceS8;

ReduceS8Fn reduce_s8_scalar, reduce_s8_avx2, reduce_s8_neon;

}  // namespace linnet
