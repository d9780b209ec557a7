#pragma once

#include "kernels/isa.h"

// y = x >= 0 ? x : slope[channel] · x over [outer][channels]. NaN gives NaN.

namespace linnet {

struct PreluF32Args {
  const float* x;  // [outer][channels]
  float* y;        // the same shape; may be x
  size_t outer, channels;
  const float* slope;  // [channels]
};

using PreluF32Fn = void(const PreluF32Args& args);
extern const KernelFamily<PreluF32Fn> kPreluF32;

PreluF32Fn prelu_f32_scalar, prelu_f32_avx2, prelu_f32_neon;

}  // namespace linnet
