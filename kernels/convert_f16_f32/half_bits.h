#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// One binary16 value to and from float, by integer arithmetic, as the hardware instructions do it.

namespace linnet {
namespace {

inline float float_of_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 31u, fraction = half & 0x3ffu;
  uint32_t bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000u | (fraction << 13) | (fraction ? 0x00400000u : 0u);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112u) << 23) | (fraction << 13);
  } else {  // fraction · 2^−24, exact
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    memcpy(&bits, &value, sizeof bits);
    bits |= sign;
  }
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Drops the low `shift` bits, rounding half to even.
inline uint32_t shift_rounded(uint32_t value, uint32_t shift) {
  const uint32_t half_minus_one = (1u << (shift - 1)) - 1u;
  return (value + half_minus_one + ((value >> shift) & 1u)) >> shift;
}

inline uint16_t half_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
  uint32_t half;
  if (magnitude > 0x7f800000u) {
    half = 0x7e00u | ((magnitude >> 13) & 0x3ffu);
  } else if (magnitude >= 0x47800000u) {  // 2^16 and above
    half = 0x7c00u;
  } else if (magnitude >= 0x38800000u) {  // normal; the carry of the rounding may reach inf
    half = shift_rounded(magnitude - 0x38000000u, 13);
  } else if (magnitude >= 0x33000000u) {  // 2^−25 and above: subnormal
    const uint32_t fraction = (magnitude & 0x7fffffu) | 0x800000u;
    half = shift_rounded(fraction, 126u - (magnitude >> 23));
  } else {
    half = 0;
  }
  return static_cast<uint16_t>(sign | half);
}

}  // namespace
}  // namespace linnet
