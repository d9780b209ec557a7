#pragma once

#include "kernels/broadcast/broadcast_walk.h"
#include "kernels/isa.h"

// y = clamp(a op b, lo, hi) with broadcasting. The same bits on every ISA (a NaN is a NaN: sign and
// payload are open). minimum and maximum give NaN if either operand is NaN, as numpy does; of zeros
// of both signs they give b. pow follows C99 Annex F and is within 1 ulp.

namespace linnet {

enum class BinaryF32 : uint8_t { add, sub, mul, div, minimum, maximum, pow };

inline constexpr int kBinaryF32Count = 7;

struct BinaryF32Args {
  BinaryF32 op;
  const float* a;
  const float* b;
  float* y;  // [outer][inner]
  Broadcast shape;
  float lo, hi;  // clamp of the result, lo <= hi; −inf and inf for none. NaN stays NaN
};

using BinaryF32Fn = void(const BinaryF32Args& args);
extern const KernelFamily<BinaryF32Fn> kBinaryF32;

BinaryF32Fn binary_f32_scalar, binary_f32_avx2, binary_f32_neon;

}  // namespace linnet
