#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// x^y of floats in double arithmetic, IEEE operations only: the same bits on every ISA. Within
// 0.51 ulp; the special cases of C99 Annex F.9.4.4; x² is x · x exactly rounded.

namespace linnet {
namespace {

inline uint64_t bits_of_double(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline double double_of_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// log of a normal double > 0. log m = 2·atanh((m − 1) / (m + 1)) by its series, √½ <= m < √2.
inline double log_of_double(double x) {
  const uint64_t bits = bits_of_double(x);
  int64_t exponent = static_cast<int64_t>(bits >> 52) - 1023;
  double m = double_of_bits((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > 1.4142135623730951) {
    m = m * 0.5;
    ++exponent;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  constexpr double kSeries[] = {1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
  double p = 1.0 / 21;
  for (const double term : kSeries) p = p * z + term;
  return 2.0 * s * p + static_cast<double>(exponent) * 0.69314718055994531;
}

// e^t for |t| <= 700, by its Taylor series on |r| <= ln 2 / 2.
inline double exp_of_double(double t) {
  const double shifted = t * 1.4426950408889634 + 6755399441055744.0;  // 1.5 · 2^52 rounds
  const double n = shifted - 6755399441055744.0;
  const double r = (t - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
  constexpr double kSeries[] = {1.0 / 479001600,
                                1.0 / 39916800,
                                1.0 / 3628800,
                                1.0 / 362880,
                                1.0 / 40320,
                                1.0 / 5040,
                                1.0 / 720,
                                1.0 / 120,
                                1.0 / 24,
                                1.0 / 6,
                                0.5,
                                1.0,
                                1.0};
  double p = 1.0 / 6227020800;
  for (const double term : kSeries) p = p * r + term;
  const uint64_t exponent = static_cast<uint64_t>(static_cast<int64_t>(n) + 1023);
  return p * double_of_bits(exponent << 52);
}

// 0: y is no integer, 1: odd, 2: even. y finite.
inline int integer_kind(float y) {
  const float magnitude = y < 0.0f ? -y : y;
  if (magnitude >= 16777216.0f) return 2;
  const int32_t whole = static_cast<int32_t>(magnitude);
  if (static_cast<float>(whole) != magnitude) return 0;
  return (whole & 1) ? 1 : 2;
}

// x^y for x = 0 or ±inf; y finite, not 0.
inline float pow_of_extreme(float x, float y) {
  const bool negative = (bits_of_double(static_cast<double>(x)) >> 63) != 0;
  const bool infinite_result = (x == 0.0f) == (y < 0.0f);
  const float magnitude = infinite_result ? __builtin_inff() : 0.0f;
  return negative && integer_kind(y) == 1 ? -magnitude : magnitude;
}

inline float pow_f32(float x, float y) {
  if (y == 2.0f) return x * x;
  if (y == 0.0f || x == 1.0f) return 1.0f;
  if (x != x || y != y) return x + y;
  const float infinity = __builtin_inff();
  const float magnitude = x < 0.0f ? -x : x;
  if (y == infinity || y == -infinity) {
    if (magnitude == 1.0f) return 1.0f;
    return (magnitude > 1.0f) == (y > 0.0f) ? infinity : 0.0f;
  }
  if (magnitude == 0.0f || magnitude == infinity) return pow_of_extreme(x, y);
  const int kind = integer_kind(y);
  if (x < 0.0f && kind == 0) return __builtin_nanf("");
  double t = log_of_double(static_cast<double>(magnitude)) * static_cast<double>(y);
  t = t > 200.0 ? 200.0 : (t < -200.0 ? -200.0 : t);  // beyond float's range on both sides
  const float result = static_cast<float>(exp_of_double(t));
  return x < 0.0f && kind == 1 ? -result : result;
}

}  // namespace
}  // namespace linnet
