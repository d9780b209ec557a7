#pragma once

#include "kernels/isa.h"

// y = scale · float(x − zero_point), per tensor or per index of one axis. The array is seen as
// [outer][channels][inner] with one scale and zero point per channel; per tensor: channels = 1.
// The same bits on every ISA.

namespace linnet {

struct DequantizeS8F32Args {
  const int8_t* x;  // [outer][channels][inner]
  float* y;         // the same shape; must not overlap x
  size_t outer, channels, inner;
  const float* scale;         // [channels]
  const int32_t* zero_point;  // [channels], −128…127; null: all 0
};

using DequantizeS8F32Fn = void(const DequantizeS8F32Args& args);
extern const KernelFamily<DequantizeS8F32Fn> kDequantizeS8F32;

DequantizeS8F32Fn dequantize_s8_f32_scalar, dequantize_s8_f32_avx2, dequantize_s8_f32_neon;

}  // namespace linnet
