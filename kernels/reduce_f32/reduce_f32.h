#pragma once

#include "kernels/isa.h"

// y[o][i] = reduction over r of x[o][r][i]. The order of additions depends on the shape alone, and
// is the same on every ISA:
//   inner == 1  8 partial sums by r mod 8, then ((0+4)+(2+6)) + ((1+5)+(3+7))
//   inner > 1   one sum per 64 consecutive r, these added in order
// mean divides the sum by float(reduce). max and min give NaN if a NaN is among the values, −inf
// and inf for reduce == 0; the sum of nothing is 0, its mean NaN.

namespace linnet {

enum class ReduceOp : uint8_t { sum, mean, max, min };

struct ReduceF32Args {
  ReduceOp op;
  const float* x;  // [outer][reduce][inner]
  float* y;        // [outer][inner]; must not overlap x
  size_t outer, reduce, inner;
  size_t inner_begin, inner_end;  // only these inner indices are computed: 0, inner for all
};

using ReduceF32Fn = void(const ReduceF32Args& args);
extern const KernelFamily<ReduceF32Fn> kReduceF32;

ReduceF32Fn reduce_f32_scalar, reduce_f32_avx2, reduce_f32_neon;

}  // namespace linnet
