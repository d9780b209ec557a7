#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/kv_cache_store/kv_rows.h"

namespace linnet::test {

inline double half_value(const uint8_t* p) {
  const int bits = p[0] | p[1] << 8, exponent = bits >> 10 & 31, fraction = bits & 1023;
  double value =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  if (exponent == 31) value = fraction == 0 ? INFINITY : NAN;
  return (bits & 0x8000) != 0 ? -value : value;
}

inline double float_value(const uint8_t* p) {
  float value;
  std::memcpy(&value, p, sizeof value);
  return static_cast<double>(value);
}

// Value i of a cache row, by the text of kv_rows.h.
inline double kv_value(KvFormat format, const uint8_t* row, size_t head_dim, size_t i) {
  switch (format) {
    case KvFormat::f32:
      return float_value(row + 4 * i);
    case KvFormat::f16:
      return half_value(row + 2 * i);
    case KvFormat::s8:
      return float_value(row + (head_dim + 3) / 4 * 4) * static_cast<int8_t>(row[i]);
    default: {
      const size_t block = i / 32, place = i % 32;
      const int pair = row[16 * block + place % 16];
      const int nibble = place < 16 ? pair % 16 : pair / 16;
      return half_value(row + 16 * ((head_dim + 31) / 32) + 2 * block) * (nibble - 8);
    }
  }
}

}  // namespace linnet::test
