#pragma once

#include "kernels/isa.h"

// Quantized PReLU over [outer][channels]; also leaky ReLU with equal slopes.
//   v = x − zero_point_in,  t = float(v) · (v >= 0 ? multiplier : negative_multiplier[channel])
//   y = clamp(round_half_even(t) + zero_point_out, −128, 127)
// The same bits on every ISA.

namespace linnet {

struct PreluS8Args {
  const int8_t* x;  // [outer][channels]
  int8_t* y;        // the same shape; may be x
  size_t outer, channels;
  int32_t zero_point_in, zero_point_out;  // −128…127
  float multiplier;                       // scale_in / scale_out; finite
  const float* negative_multiplier;       // [channels], slope · scale_in / scale_out; finite
};

using PreluS8Fn = void(const PreluS8Args& args);
extern const KernelFamily<PreluS8Fn> kPreluS8;

PreluS8Fn prelu_s8_scalar, prelu_s8_avx2, prelu_s8_neon;

}  // namespace linnet
