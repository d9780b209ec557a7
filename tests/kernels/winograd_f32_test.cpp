#include "kernels/winograd_f32/winograd_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"
#include "tests/kernels/winograd_matrices.h"

namespace linnet {
namespace {

using test::check_variants;
using test::Guarded;
using test::WinogradMatrices;
using test::WinogradMatrix;
using test::WinogradProduct;

constexpr float kInf = std::numeric_limits<float>::infinity();

// An image, its tiles and the part of them that one call does.
struct Case {
  size_t tile, h, w, c, pad_top, pad_left, out_h, out_w, first, count, gap;
  uint32_t seed;
  bool awkward, extras, residual;

  size_t points() const { return tile + 2; }
  size_t tiles_w() const { return (out_w + tile - 1) / tile; }
  size_t matrix() const { return count * c + gap; }
  size_t matrices() const { return points() * points(); }
};

Case random_case(test::ShapeRandom& random) {
  Case s{};
  s.tile = random.one_in(3) ? 2 : 4;
  const bool small = !random.one_in(8);
  s.h = random.pick(1, small ? 9 : 24);
  s.w = random.pick(1, small ? 9 : 24);
  s.c = random.one_in(20) ? random.pick(32, 70) : random.pick(0, 19);
  s.pad_top = random.one_in(10) ? random.pick(5, 40) : random.pick(0, 2);
  s.pad_left = random.one_in(10) ? random.pick(5, 40) : random.pick(0, 2);
  // Padding behind the image, and enough of it for one output.
  const auto outputs = [&](size_t size, size_t pad) {
    const size_t padded = size + pad + random.pick(0, 2);
    return padded < 3 ? 1 : padded - 2;
  };
  s.out_h = outputs(s.h, s.pad_top);
  s.out_w = outputs(s.w, s.pad_left);
  const size_t tiles = s.tiles_w() * ((s.out_h + s.tile - 1) / s.tile);
  s.first = random.pick(0, tiles - 1);
  s.count = random.one_in(30) ? 0 : random.pick(1, std::min<size_t>(tiles - s.first, 12));
  s.gap = random.pick(0, 3);
  s.seed = random.seed();
  s.awkward = random.one_in(4);
  s.extras = random.one_in(2);
  s.residual = random.one_in(3);
  return s;
}

std::vector<float> values(const Case& s, size_t count, uint32_t offset) {
  return s.awkward ? test::awkward_inputs(count, s.seed + offset)
                   : test::random_floats(count, -1.0f, 1.0f, s.seed + offset);
}

// Requires exact arithmetic within `roundings` of magnitudes.
void require_bound(double value, double exact, double magnitude, double roundings) {
  REQUIRE(std::abs(value - exact) <= 1.01 * roundings * 0x1p-24 * magnitude + 1e-44);
}

// The pixels that tile t needs of channel c.
WinogradMatrix input_pixels(const Case& s, const float* x, size_t t, size_t c) {
  WinogradMatrix d(s.points(), std::vector<double>(s.points()));
  for (size_t i = 0; i < s.points(); ++i) {
    for (size_t j = 0; j < s.points(); ++j) {
      const size_t row = t / s.tiles_w() * s.tile + i, col = t % s.tiles_w() * s.tile + j;
      if (row < s.pad_top || row - s.pad_top >= s.h) continue;
      if (col < s.pad_left || col - s.pad_left >= s.w) continue;
      const size_t pixel = (row - s.pad_top) * s.w + col - s.pad_left;
      d[i][j] = static_cast<double>(x[pixel * s.c + c]);
    }
  }
  return d;
}

void check_input(const Case& s) {
  test::Fences fences;
  const float* x = fences.copy(values(s, s.h * s.w * s.c, 1));
  // The last matrix ends with its last row.
  const size_t size = s.matrix() * (s.matrices() - 1) + s.count * s.c;
  const Guarded<float> untouched(size);
  const Guarded<float> v = check_variants(kWinogradInputF32, untouched, [&](float* out) {
    return WinogradInputF32Args{.x = x,
                                .h = s.h,
                                .w = s.w,
                                .c = s.c,
                                .pad_top = s.pad_top,
                                .pad_left = s.pad_left,
                                .tile = s.tile,
                                .tiles_w = s.tiles_w(),
                                .first = s.first,
                                .count = s.count,
                                .v = out,
                                .v_matrix = s.matrix()};
  });
  for (size_t matrix = 0; matrix + 1 < s.matrices(); ++matrix) {
    for (size_t i = s.count * s.c; i < s.matrix(); ++i)
      REQUIRE(test::same_value(v[matrix * s.matrix() + i], untouched[0]));
  }
  if (s.awkward) return;
  const WinogradMatrices m(s.tile);
  for (size_t t = 0; t < s.count; ++t) {
    for (size_t c = 0; c < s.c; ++c) {
      const WinogradProduct want(m.bt, input_pixels(s, x, s.first + t, c));
      for (size_t i = 0; i < s.points(); ++i)
        for (size_t j = 0; j < s.points(); ++j)
          require_bound(static_cast<double>(v[(i * s.points() + j) * s.matrix() + t * s.c + c]),
                        want.exact[i][j], want.magnitude[i][j], s.tile == 4 ? 4 : 2);
    }
  }
}

void check_output_tile(const Case& s, const WinogradMatrices& matrices, const float* m,
                       const float* bias, const float* residual, const Guarded<float>& y, size_t t,
                       size_t c, std::vector<bool>& written) {
  WinogradMatrix products(s.points(), std::vector<double>(s.points()));
  for (size_t i = 0; i < s.points(); ++i)
    for (size_t j = 0; j < s.points(); ++j)
      products[i][j] = static_cast<double>(m[(i * s.points() + j) * s.matrix() + t * s.c + c]);
  const WinogradProduct want(matrices.at, products);
  const size_t at = s.first + t;
  for (size_t i = 0; i < s.tile; ++i) {
    for (size_t j = 0; j < s.tile; ++j) {
      const size_t row = at / s.tiles_w() * s.tile + i, col = at % s.tiles_w() * s.tile + j;
      if (row >= s.out_h || col >= s.out_w) continue;
      const size_t index = (row * s.out_w + col) * s.c + c;
      written[index] = true;
      if (s.awkward) continue;
      const double add = s.extras ? static_cast<double>(bias[c]) : 0;
      const double rest = s.residual ? static_cast<double>(residual[index]) : 0;
      double exact = want.exact[i][j] + add + rest;
      if (s.extras) exact = std::fmin(std::fmax(exact, -0.25), 0.5);
      require_bound(static_cast<double>(y[index]), exact,
                    want.magnitude[i][j] + std::abs(add) + std::abs(rest), s.tile == 4 ? 8 : 6);
    }
  }
}

void check_output(const Case& s) {
  test::Fences fences;
  const float* m = fences.copy(values(s, s.matrix() * (s.matrices() - 1) + s.count * s.c, 1));
  const float* bias = fences.copy(values(s, s.c, 2));
  const std::vector<float> rest = values(s, s.out_h * s.out_w * s.c, 3);
  const float* residual = fences.copy(rest);
  // A residual may be the output itself.
  const bool in_place = s.residual && s.seed % 2 == 0;
  const Guarded<float> untouched = in_place ? Guarded<float>(rest) : Guarded<float>(rest.size());
  const Guarded<float> y = check_variants(kWinogradOutputF32, untouched, [&](float* out) {
    return WinogradOutputF32Args{.m = m,
                                 .m_matrix = s.matrix(),
                                 .y = out,
                                 .h = s.out_h,
                                 .w = s.out_w,
                                 .c = s.c,
                                 .tile = s.tile,
                                 .tiles_w = s.tiles_w(),
                                 .first = s.first,
                                 .count = s.count,
                                 .bias = s.extras ? bias : nullptr,
                                 .residual = !s.residual ? nullptr
                                             : in_place  ? out
                                                         : residual,
                                 .clamp_min = s.extras ? -0.25f : -kInf,
                                 .clamp_max = s.extras ? 0.5f : kInf};
  });
  const WinogradMatrices matrices(s.tile);
  std::vector<bool> written(y.size());
  for (size_t t = 0; t < s.count; ++t) {
    for (size_t c = 0; c < s.c; ++c)
      check_output_tile(s, matrices, m, bias, residual, y, t, c, written);
  }
  for (size_t i = 0; i < y.size(); ++i) {
    if (!written[i]) REQUIRE(test::same_value(y[i], untouched[i]));
  }
}

TEST_CASE("winograd_f32 of random shapes", "[winograd_f32][random]") {
  test::ShapeRandom random(23);
  for (size_t i = 0; i < test::random_rounds(); ++i) {
    const Case s = random_case(random);
    INFO("tile " << s.tile << ", image " << s.h << "x" << s.w << "x" << s.c << ", pads "
                 << s.pad_top << " " << s.pad_left << ", out " << s.out_h << "x" << s.out_w
                 << ", tiles " << s.first << "+" << s.count << ", seed " << s.seed);
    check_input(s);
    check_output(s);
  }
}

}  // namespace
}  // namespace linnet
