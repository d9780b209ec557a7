#pragma once

#include "kernels/isa.h"

// y[i] = table[x[i] + 128]: every unary function of an int8 tensor, with input and output scales
// folded in, is this look-up.

namespace linnet {

struct LutS8Args {
  const int8_t* x;  // [count]
  int8_t* y;        // [count]; may be x
  size_t count;
  const int8_t* table;  // [256], entry q + 128 for the value q
};

using LutS8Fn = void(const LutS8Args& args);
extern const KernelFamily<LutS8Fn> kLutS8;

LutS8Fn lut_s8_scalar, lut_s8_avx2, lut_s8_neon;

}  // namespace linnet
