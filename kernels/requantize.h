#pragma once

#include <cstdint>

// The one requantization formula: int32 accumulator -> int8. The converter's fake quantization, the
// scalar kernels and the runtime call it; SIMD kernels compute the same bits.
//
//   q = clamp(round_half_even(float(acc) * scale) + zero_point, min, max)
//
// The clamp is done on the float, with bounds that are whole numbers: the same result as clamping
// the rounded value, and no conversion can overflow. Needs the default floating-point environment
// (round to nearest even) and a finite scale. Stateless.

namespace linnet {

// Rounds to the nearest whole number, ties to even. |x| <= 2^22.
inline float round_half_even(float x) {
  // Adding 1.5 * 2^23 leaves no bits for a fraction.
  const float shifted = x + 12582912.0f;
  return shifted - 12582912.0f;
}

// clamp(round_half_even(x) + zero_point, min, max) for any x but NaN.
// -128 <= min <= max <= 255; -128 <= zero_point <= 255.
inline int32_t round_to_quantized(float x, int32_t zero_point, int32_t min, int32_t max) {
  const float low = static_cast<float>(min - zero_point);
  const float high = static_cast<float>(max - zero_point);
  x = x > low ? x : low;
  x = x < high ? x : high;
  return static_cast<int32_t>(round_half_even(x)) + zero_point;
}

// The formula above. scale: input scale * weight scale / output scale, computed in double and
// rounded once.
inline int8_t requantize_s8(int32_t acc, float scale, int32_t zero_point, int32_t min,
                            int32_t max) {
  return static_cast<int8_t>(
      round_to_quantized(static_cast<float>(acc) * scale, zero_point, min, max));
}

}  // namespace linnet
