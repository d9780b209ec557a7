#pragma once

#include "kernels/isa.h"

// Arrays of IEEE binary16 (as uint16_t) to and from float. To f16: round to nearest even, overflow
// to inf, denormals kept. NaNs stay quiet NaNs with the top 10 bits of their payload. The same bits
// on every ISA, NaNs included.

namespace linnet {

struct ConvertF16F32Args {
  const uint16_t* x;  // [count]
  float* y;           // [count]; must not overlap x
  size_t count;
};

struct ConvertF32F16Args {
  const float* x;  // [count]
  uint16_t* y;     // [count]; must not overlap x
  size_t count;
};

using ConvertF16F32Fn = void(const ConvertF16F32Args& args);
using ConvertF32F16Fn = void(const ConvertF32F16Args& args);
extern const KernelFamily<ConvertF16F32Fn> kConvertF16F32;
extern const KernelFamily<ConvertF32F16Fn> kConvertF32F16;

ConvertF16F32Fn convert_f16_f32_scalar, convert_f16_f32_avx2, convert_f16_f32_neon;
ConvertF32F16Fn convert_f32_f16_scalar, convert_f32_f16_avx2, convert_f32_f16_neon;

}  // namespace linnet
