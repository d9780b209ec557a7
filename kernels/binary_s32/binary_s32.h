#pragma once

#include "kernels/broadcast/broadcast_walk.h"
#include "kernels/isa.h"

// y = a op b for shape arithmetic, with broadcasting. add, sub and mul wrap around; div truncates
// toward zero, x / 0 = 0, and −2^31 / −1 wraps to −2^31. No input is undefined.

namespace linnet {

enum class BinaryS32 : uint8_t { add, sub, mul, div, minimum, maximum };

struct BinaryS32Args {
  BinaryS32 op;
  const int32_t* a;
  const int32_t* b;
  int32_t* y;  // [outer][inner]
  Broadcast shape;
};

using BinaryS32Fn = void(const BinaryS32Args& args);
extern const KernelFamily<BinaryS32Fn> kBinaryS32;

BinaryS32Fn binary_s32_scalar;

}  // namespace linnet
