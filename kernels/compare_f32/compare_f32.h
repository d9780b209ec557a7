#pragma once

#include "kernels/broadcast/broadcast_walk.h"
#include "kernels/isa.h"

// y = (a op b) as 0 or 1, with broadcasting. Comparisons with NaN are false.

namespace linnet {

enum class CompareOp : uint8_t { equal, less, greater };

struct CompareF32Args {
  CompareOp op;
  const float* a;
  const float* b;
  uint8_t* y;  // [outer][inner]; must not overlap a or b
  Broadcast shape;
};

using CompareF32Fn = void(const CompareF32Args& args);
extern const KernelFamily<CompareF32Fn> kCompareF32;

CompareF32Fn compare_f32_scalar;

}  // namespace linnet
