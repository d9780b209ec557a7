#pragma once

#include "kernels/isa.h"

// The smallest and largest finite value of an array, 0 included: lo <= 0 <= hi. NaN and ±inf are
// left out. Exact, so any split of the array merged by min and max gives the same result.

namespace linnet {

struct MinmaxF32Args {
  const float* x;  // [count]
  size_t count;
  float* lo;  // out
  float* hi;  // out
};

using MinmaxF32Fn = void(const MinmaxF32Args& args);
extern const KernelFamily<MinmaxF32Fn> kMinmaxF32;

MinmaxF32Fn minmax_f32_scalar, minmax_f32_avx2, minmax_f32_neon;

}  // namespace linnet
