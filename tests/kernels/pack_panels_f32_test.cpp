#include "kernels/pack/pack_panels_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <random>
#include <vector>

namespace linnet {
namespace {

// binary16 by its definition, in double.
double half_value(uint32_t bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const double fraction = bits & 1023;
  const double magnitude = exponent == 31  ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                           : exponent == 0 ? std::ldexp(fraction, -24)
                                           : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

// To nearest, ties to even, by its definition, in double.
double rounded_to_half(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  const int exponent = std::max(std::ilogb(x), -14) - 10;
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(x, -exponent)), exponent);
  return std::abs(rounded) > 65504 ? std::copysign(HUGE_VAL, x) : rounded;
}

TEST_CASE("every half becomes the float of its definition and comes back", "[pack_panels_f32]") {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const float value = float_from_half(static_cast<uint16_t>(bits));
    const double expected = half_value(bits);
    INFO(bits);
    if (std::isnan(expected)) {
      REQUIRE(std::isnan(value));
      REQUIRE(std::isnan(half_value(half_from_float(value))));
    } else {
      REQUIRE(static_cast<double>(value) == expected);
      REQUIRE(half_from_float(value) == bits);
    }
  }
}

TEST_CASE("floats round to the nearest half, ties to even", "[pack_panels_f32]") {
  std::mt19937 random(1);
  std::vector<float> values = {65504.0f,        65519.99f, 65520.0f,       65536.0f,
                               1e30f,           0x1p-24f,  0x1p-25f,       0x1.8p-25f,
                               0x1.000002p-25f, 0x1p-14f,  0x1.ffcp-15f,   0x1.ffep-15f,
                               1e-45f,          HUGE_VALF, 1.00048828125f, 1.00146484375f};
  for (int i = 0; i < 200000; ++i) {
    const uint32_t exponent = 95 + static_cast<uint32_t>(random() % 52);
    const uint32_t bits = exponent << 23 | (random() & 0x7FFFFF);
    float value;
    memcpy(&value, &bits, sizeof value);
    values.push_back(value);
    const uint32_t tie = (bits & ~0x1FFFu) | 0x1000u;  // halfway, for normal halves
    memcpy(&value, &tie, sizeof value);
    values.push_back(value);
  }
  for (const float value : values) {
    INFO(value);
    REQUIRE(half_value(half_from_float(value)) == rounded_to_half(static_cast<double>(value)));
    REQUIRE(half_from_float(-value) == (half_from_float(value) | 0x8000));
  }
}

TEST_CASE("panels hold [k][8 rows] with zeros after the last row", "[pack_panels_f32]") {
  for (const size_t n : std::initializer_list<size_t>{1, 7, 8, 9, 16, 23}) {
    for (const size_t k : std::initializer_list<size_t>{1, 2, 5, 33}) {
      INFO(n << " x " << k);
      std::vector<float> w(n * k), transposed(n * k), expected((n + 7) / 8 * 8 * k, 0.0f);
      std::vector<uint16_t> halves(n * k);
      for (size_t i = 0; i < n; ++i) {
        for (size_t j = 0; j < k; ++j) {
          const float value = static_cast<float>(i * k + j + 1);
          w[i * k + j] = value;
          transposed[j * n + i] = value;
          halves[i * k + j] = half_from_float(value);
          expected[(i / 8 * k + j) * 8 + i % 8] = value;
        }
      }
      REQUIRE(panels_f32_elements(n, k) == expected.size());
      std::vector<float> packed(expected.size(), -1.0f), back(n * k);
      pack_panels_f32(w.data(), k, 1, n, k, packed.data());
      REQUIRE(packed == expected);
      unpack_panels_f32(packed.data(), n, k, back.data());
      REQUIRE(back == w);
      packed.assign(expected.size(), -1.0f);
      pack_panels_f32(transposed.data(), 1, n, n, k, packed.data());
      REQUIRE(packed == expected);

      std::vector<uint16_t> from_half(expected.size(), 1), from_float(expected.size(), 1);
      pack_panels_f16(halves.data(), k, 1, n, k, from_half.data());
      pack_panels_f32_to_f16(w.data(), k, 1, n, k, from_float.data());
      REQUIRE(from_half == from_float);
      for (size_t i = 0; i < expected.size(); ++i) {
        REQUIRE(half_value(from_half[i]) == static_cast<double>(expected[i]));
      }
    }
  }
}

}  // namespace
}  // namespace linnet
