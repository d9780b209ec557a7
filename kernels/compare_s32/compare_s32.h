#pragma once

#include "kernels/compare_f32/compare_f32.h"

// y = (a op b) as 0 or 1 for int32 operands, with broadcasting.

namespace linnet {

struct CompareS32Args {
  CompareOp op;
  const int32_t* a;
  const int32_t* b;
  uint8_t* y;  // [outer][inner]; must not overlap a or b
  Broadcast shape;
};

using CompareS32Fn = void(const CompareS32Args& args);
extern const KernelFamily<CompareS32Fn> kCompareS32;

CompareS32Fn compare_s32_scalar;

}  // namespace linnet
