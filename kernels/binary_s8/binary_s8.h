#pragma once

#include "kernels/broadcast/broadcast_walk.h"
#include "kernels/isa.h"

// Quantized add, sub and mul with broadcasting. With za, zb, zo the zero points of a, b and y:
//   add, sub  t = float(a − za) · ka ± float(b − zb) · kb      ka = scale_a / scale_y, kb likewise
//   mul       t = float((a − za) · (b − zb)) · ka              ka = scale_a · scale_b / scale_y
//   y = clamp(round_half_even(t) + zo, clamp_min, clamp_max)
// The same bits on every ISA.

namespace linnet {

enum class BinaryS8 : uint8_t { add, sub, mul };

struct BinaryS8Args {
  BinaryS8 op;
  const int8_t* a;
  const int8_t* b;
  int8_t* y;  // [outer][inner]
  Broadcast shape;
  int32_t zero_point_a, zero_point_b, zero_point_y;  // −128…127
  float multiplier_a;                                // ka; finite
  float multiplier_b;                                // kb; unused by mul
  int8_t clamp_min, clamp_max;                       // clamp_min <= clamp_max
};

using BinaryS8Fn = void(const BinaryS8Args& args);
extern const KernelFamily<BinaryS8Fn> kBinaryS8;

BinaryS8Fn binary_s8_scalar, binary_s8_avx2, binary_s8_avx512, binary_s8_neon;

}  // namespace linnet
