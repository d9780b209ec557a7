#include "kernels/layer_norm_f32/layer_norm_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("layer_norm_f32 variants agree and normalize", "[norm]") {
  for (const size_t n : kCounts) {
    for (const bool affine : {false, true}) {
      const size_t rows = 4, count = rows * n;
      const auto x = random_floats(count, -3.0f, 5.0f, static_cast<uint32_t>(n));
      const auto gamma = random_floats(n, -2.0f, 2.0f, 1), beta = random_floats(n, -2.0f, 2.0f, 2);
      const float* g = affine ? gamma.data() : nullptr;
      const float* b = affine ? beta.data() : nullptr;
      const auto y = check_variants<float>(kLayerNormF32, count, [&](float* out) {
        return LayerNormF32Args{x.data(), out, rows, n, g, b, 1e-5f};
      });
      const auto in_place = check_variants(kLayerNormF32, Guarded<float>(x), [&](float* out) {
        return LayerNormF32Args{out, out, rows, n, g, b, 1e-5f};
      });
      REQUIRE(first_difference(y, in_place) == count);
      for (size_t row = 0; row < rows; ++row) {
        double mean = 0, variance = 0;
        for (size_t i = 0; i < n; ++i) mean += static_cast<double>(x[row * n + i]);
        mean /= static_cast<double>(n);
        for (size_t i = 0; i < n; ++i) {
          variance += std::pow(static_cast<double>(x[row * n + i]) - mean, 2);
        }
        variance /= static_cast<double>(n);
        for (size_t i = 0; i < n; ++i) {
          double v = (static_cast<double>(x[row * n + i]) - mean) / std::sqrt(variance + 1e-5);
          if (affine) v = v * static_cast<double>(gamma[i]) + static_cast<double>(beta[i]);
          REQUIRE(std::abs(static_cast<double>(y[row * n + i]) - v) <= 2e-5);
        }
      }
    }
  }
}

TEST_CASE("layer_norm_f32 of random shapes", "[norm][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t rows = random.pick(0, 4);
    const size_t n = random.one_in(20) ? random.pick(1, 1500) : random.size(100);
    const auto x = any_floats(random, rows * n);
    Fences fences(random.one_in(8));
    LayerNormF32Args args = {fences.copy(x), nullptr, rows, n, nullptr, nullptr, 1e-5f};
    if (!random.one_in(3)) args.gamma = fences.copy(any_floats(random, n));
    if (!random.one_in(3)) args.beta = fences.copy(any_floats(random, n));
    if (random.one_in(4)) args.epsilon = random.one_in(2) ? 0.0f : 1e-12f;
    INFO("rows " << rows << " n " << n);
    const auto y = check_variants<float>(kLayerNormF32, x.size(), [&](float* out) {
      args.y = out;
      return args;
    });
    if (!random.one_in(3)) continue;
    const auto in_place = check_variants(kLayerNormF32, Guarded<float>(x), [&](float* out) {
      args.x = args.y = out;
      return args;
    });
    REQUIRE(first_difference(y, in_place) == x.size());
  }
}

}  // namespace
}  // namespace linnet::test
