#pragma once

#include "kernels/isa.h"

// y[o][i] = the index r of the largest x[o][r][i]; on ties the first, or with select_last the last.
// A NaN counts as the largest, as in numpy.

namespace linnet {

struct ArgmaxF32Args {
  const float* x;               // [outer][reduce][inner]
  int32_t* y;                   // [outer][inner]; must not overlap x
  size_t outer, reduce, inner;  // 1 <= reduce <= 2^31 − 1
  bool select_last;
};

using ArgmaxF32Fn = void(const ArgmaxF32Args& args);
extern const KernelFamily<ArgmaxF32Fn> kArgmaxF32;

ArgmaxF32Fn argmax_f32_scalar;

}  // namespace linnet
