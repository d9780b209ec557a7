#pragma once

#include "kernels/isa.h"

// y[o][i] = the index r of the largest x[o][r][i]; on ties the first, or with select_last the last.

namespace linnet {

struct ArgmaxS8Args {
  const int8_t* x;              // [outer][reduce][inner]
  int32_t* y;                   // [outer][inner]; must not overlap x
  size_t outer, reduce, inner;  // 1 <= reduce <= 2^31 − 1
  bool select_last;
};

using ArgmaxS8Fn = void(const ArgmaxS8Args& args);
extern const KernelFamily<ArgmaxS8Fn> kArgmaxS8;

ArgmaxS8Fn argmax_s8_scalar;

}  // namespace linnet
