#include "kernels/softmax_f32/softmax_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("softmax_f32 variants agree and are softmax", "[softmax]") {
  for (const size_t n : kCounts) {
    for (const size_t inner : {1u, 2u, 8u, 13u}) {
      const size_t outer = 3, count = outer * n * inner;
      for (const float range : {1.0f, 30.0f, 500.0f}) {
        const auto x = random_floats(count, -range, range, static_cast<uint32_t>(n));
        const auto y = check_variants<float>(kSoftmaxF32, count, [&](float* out) {
          return SoftmaxF32Args{x.data(), out, outer, n, inner};
        });
        const auto in_place = check_variants(kSoftmaxF32, Guarded<float>(x), [&](float* out) {
          return SoftmaxF32Args{out, out, outer, n, inner};
        });
        REQUIRE(first_difference(y, in_place) == count);
        for (size_t row = 0; row < (n ? outer * inner : 0); ++row) {
          const size_t start = row / inner * n * inner + row % inner;
          double max = -1e30, sum = 0;
          for (size_t r = 0; r < n; ++r) {
            max = std::max(max, static_cast<double>(x[start + r * inner]));
          }
          for (size_t r = 0; r < n; ++r) {
            sum += std::exp(static_cast<double>(x[start + r * inner]) - max);
          }
          for (size_t r = 0; r < n; ++r) {
            const size_t at = start + r * inner;
            const double below = static_cast<double>(x[at]) - max;
            const double exact = std::exp(below) / sum;
            // The difference x - max is itself rounded to a float.
            const double bound = (2e-6 - 1.2e-7 * below) * exact + 1e-44;
            REQUIRE(std::abs(static_cast<double>(y[at]) - exact) <= bound);
          }
        }
      }
    }
  }
}

TEST_CASE("softmax_f32 variants agree on awkward rows", "[softmax]") {
  const float inf = std::numeric_limits<float>::infinity();
  for (const size_t inner : {1u, 9u}) {
    const size_t n = 11, outer = 50, count = outer * n * inner;
    auto x = awkward_floats(count, 4);
    check_variants<float>(kSoftmaxF32, count, [&](float* out) {
      return SoftmaxF32Args{x.data(), out, outer, n, inner};
    });
  }
  const float masked[] = {0.0f, -inf, 0.0f, -inf};
  const float broken[] = {0.0f, std::nanf(""), 0.0f, 1.0f};
  float y[4];
  softmax_f32_scalar({masked, y, 1, 4, 1});
  CHECK((y[0] == 0.5f && y[1] == 0.0f && y[2] == 0.5f && y[3] == 0.0f));
  softmax_f32_scalar({broken, y, 1, 4, 1});
  for (const float v : y) CHECK(std::isnan(v));
}

TEST_CASE("softmax_f32 of random shapes", "[softmax][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(1, 3), inner = random.one_in(2) ? 1 : random.size(40);
    const size_t n =
        random.one_in(20) ? random.pick(0, 600 / inner) : random.size(inner > 1 ? 12 : 70);
    const auto x = any_floats(random, outer * n * inner);
    Fences fences(random.one_in(8));
    const float* fenced = fences.copy(x);
    INFO("outer " << outer << " n " << n << " inner " << inner);
    const auto y = check_variants<float>(kSoftmaxF32, x.size(), [&](float* out) {
      return SoftmaxF32Args{fenced, out, outer, n, inner};
    });
    if (!random.one_in(3)) continue;
    const auto in_place = check_variants(kSoftmaxF32, Guarded<float>(x), [&](float* out) {
      return SoftmaxF32Args{out, out, outer, n, inner};
    });
    REQUIRE(first_difference(y, in_place) == x.size());
  }
}

}  // namespace
}  // namespace linnet::test
