#include "kernels/pack/pack_panels_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <random>
#include <vector>

#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::Guarded;

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

// The weight at [row][col] stands at row·stride_n + col·stride_k.
void check_panels(size_t n, size_t k, size_t stride_n, size_t stride_k, uint32_t seed) {
  INFO(n << " x " << k << " strides " << stride_n << "," << stride_k);
  std::mt19937 random(seed);
  const size_t count = (n - 1) * stride_n + (k - 1) * stride_k + 1;
  std::vector<float> w(count), values(n * k), expected((n + 7) / 8 * 8 * k, 0.0f);
  std::vector<uint16_t> halves(count), expected_halves(expected.size());
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < k; ++j) {
      const size_t at = i * stride_n + j * stride_k;
      // Many are no halves.
      const float value = static_cast<float>(static_cast<int>(random() % 8192) - 4096);
      w[at] = values[i * k + j] = expected[(i / 8 * k + j) * 8 + i % 8] = value;
      halves[at] = expected_halves[(i / 8 * k + j) * 8 + i % 8] = half_from_float(value);
    }
  }
  test::Fences fences(seed % 8 == 0);
  const float* fenced = fences.copy(w);
  REQUIRE(panels_f32_elements(n, k) == expected.size());
  Guarded<float> packed(expected.size()), back(n * k);
  pack_panels_f32(fenced, stride_n, stride_k, n, k, packed.data());
  REQUIRE(packed.intact());
  REQUIRE(test::first_difference(packed, Guarded<float>(expected)) == expected.size());
  unpack_panels_f32(fences.copy(packed.data(), packed.size()), n, k, back.data());
  REQUIRE(back.intact());
  REQUIRE(test::first_difference(back, Guarded<float>(values)) == values.size());

  Guarded<uint16_t> from_half(expected.size()), from_float(expected.size());
  pack_panels_f16(fences.copy(halves), stride_n, stride_k, n, k, from_half.data());
  pack_panels_f32_to_f16(fenced, stride_n, stride_k, n, k, from_float.data());
  REQUIRE((from_half.intact() && from_float.intact()));
  const Guarded<uint16_t> wanted(expected_halves);
  REQUIRE(test::first_difference(from_half, wanted) == wanted.size());
  REQUIRE(test::first_difference(from_float, wanted) == wanted.size());
}

TEST_CASE("panels hold [k][8 rows] with zeros after the last row", "[pack_panels_f32]") {
  for (const size_t n : std::initializer_list<size_t>{1, 7, 8, 9, 16, 23}) {
    for (const size_t k : std::initializer_list<size_t>{1, 2, 5, 33}) {
      check_panels(n, k, k, 1, 1);
      check_panels(n, k, 1, n, 2);
    }
  }
}

TEST_CASE("pack_panels_f32 of random shapes", "[pack_panels_f32][random]") {
  test::ShapeRandom random(1);
  for (size_t round = test::random_rounds(); round-- > 0;) {
    const size_t n = random.size(random.one_in(20) ? 100 : 30), k = random.size(60);
    const size_t extra = random.one_in(2) ? 0 : random.pick(1, 5);
    const bool k_major = random.one_in(2);
    check_panels(n, k, k_major ? 1 : k + extra, k_major ? n + extra : 1, random.seed());
  }
}

}  // namespace
}  // namespace linnet
