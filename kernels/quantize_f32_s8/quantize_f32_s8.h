#pragma once

#include "kernels/isa.h"

// Static quantization of a float array, as ONNX QuantizeLinear (int8) defines it:
//   y[i] = saturate(round_half_even(x[i] / scale) + zero_point)
// with a true division. NaN gives zero_point; ±inf saturates. The same bits on every ISA.

namespace linnet {

struct QuantizeF32S8Args {
  const float* x;  // [count]
  int8_t* y;       // [count]; must not overlap x
  size_t count;
  float scale;         // finite, > 0
  int32_t zero_point;  // −128…127
};

using QuantizeF32S8Fn = void(const QuantizeF32S8Args& args);
extern const KernelFamily<QuantizeF32S8Fn> kQuantizeF32S8;

QuantizeF32S8Fn quantize_f32_s8_scalar, quantize_f32_s8_avx2, quantize_f32_s8_neon;

}  // namespace linnet
