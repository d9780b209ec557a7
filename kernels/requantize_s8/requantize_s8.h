#pragma once

#include "kernels/isa.h"

// int8 values from one scale and zero point to another, by the formula of kernels/requantize.h:
//   y = clamp(round_half_even(float(x − zero_point_in) · multiplier) + zero_point_out,
//             clamp_min, clamp_max)
// The same bits on every ISA.

namespace linnet {

struct RequantizeS8Args {
  const int8_t* x;  // [count]
  int8_t* y;        // [count]; may be x
  size_t count;
  int32_t zero_point_in;        // −128…127
  int32_t zero_point_out;       // −128…127
  float multiplier;             // scale_in / scale_out, finite
  int8_t clamp_min, clamp_max;  // clamp_min <= clamp_max; −128 and 127 for none
};

using RequantizeS8Fn = void(const RequantizeS8Args& args);
extern const KernelFamily<RequantizeS8Fn> kRequantizeS8;

RequantizeS8Fn requantize_s8_scalar, requantize_s8_avx2, requantize_s8_neon;

}  // namespace linnet
