#include "kernels/gemm_f32/gemm_f32.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <random>
#include <vector>

#include "kernels/pack/pack_panels_f32.h"
#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet {
namespace {

using test::awkward_inputs;
using test::check_variants;
using test::Guarded;
using test::random_floats;

constexpr float kInf = std::numeric_limits<float>::infinity();

struct Case {
  size_t m, n, k;
  size_t lda, ldc;
  bool bias = true;
  float clamp_min = -kInf;
  float clamp_max = kInf;
};

struct Problem {
  Case shape;
  std::vector<float> a;
  std::vector<float> w;  // [n][k], as the kernel sees it
  std::vector<float> packed;
  std::vector<float> bias;
};

Problem make_problem(const Case& shape, uint32_t seed, bool awkward = false) {
  const auto values = [&](size_t count, uint32_t offset) {
    return awkward ? awkward_inputs(count, seed + offset)
                   : random_floats(count, -1.0f, 1.0f, seed + offset);
  };
  Problem p{shape, {}, values(shape.n * shape.k, 1), {}, values(shape.n, 2)};
  // Exactly as large as the contract says: reading more is seen by the sanitizer.
  p.a = values(shape.m == 0 ? 0 : (shape.m - 1) * shape.lda + shape.k, 3);
  p.packed.resize(panels_f32_elements(shape.n, shape.k));
  pack_panels_f32(p.w.data(), shape.k, 1, shape.n, shape.k, p.packed.data());
  return p;
}

// All variants against scalar, scalar against sums in double; values between rows stay untouched.
Guarded<float> check(const Problem& p) {
  const Case& s = p.shape;
  INFO(s.m << " x " << s.n << " x " << s.k << " lda " << s.lda << " ldc " << s.ldc);
  const Guarded<float> untouched(s.m * s.ldc);
  const Guarded<float> c = check_variants(kGemmF32, untouched, [&](float* out) {
    return GemmF32Args{p.a.data(),
                       s.lda,
                       p.packed.data(),
                       s.bias ? p.bias.data() : nullptr,
                       out,
                       s.ldc,
                       s.m,
                       s.n,
                       s.k,
                       s.clamp_min,
                       s.clamp_max};
  });
  for (size_t i = 0; i < s.m; ++i) {
    for (size_t j = s.n; j < s.ldc; ++j) {
      REQUIRE(test::same_value(c[i * s.ldc + j], untouched[i * s.ldc + j]));
    }
  }
  return c;
}

void check_against_double(const Problem& p) {
  const Guarded<float> c = check(p);
  const Case& s = p.shape;
  for (size_t i = 0; i < s.m; ++i) {
    for (size_t j = 0; j < s.n; ++j) {
      double sum = s.bias ? static_cast<double>(p.bias[j]) : 0.0;
      double magnitude = std::abs(sum);
      for (size_t k = 0; k < s.k; ++k) {
        const double product =
            static_cast<double>(p.a[i * s.lda + k]) * static_cast<double>(p.w[j * s.k + k]);
        sum += product;
        magnitude += std::abs(product);
      }
      sum = std::fmin(std::fmax(sum, static_cast<double>(s.clamp_min)),
                      static_cast<double>(s.clamp_max));
      const double bound = 1.01 * static_cast<double>(s.k + 1) * 0x1p-24 * magnitude;
      INFO(i << ", " << j);
      REQUIRE(std::abs(static_cast<double>(c[i * s.ldc + j]) - sum) <= bound);
    }
  }
}

TEST_CASE("gemm_f32 computes A times W transposed", "[gemm_f32]") {
  uint32_t seed = 1;
  for (const size_t m : std::initializer_list<size_t>{1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 25}) {
    for (const size_t n :
         std::initializer_list<size_t>{1, 5, 8, 9, 16, 24, 31, 40, 64, 72, 129, 140}) {
      for (const size_t k : std::initializer_list<size_t>{1, 2, 3, 4, 7, 40}) {
        Case s{m, n, k, k + seed % 3, n + seed % 5};
        s.bias = seed % 4 != 0;
        if (seed % 3 == 0) s.clamp_min = 0.0f;
        if (seed % 2 == 0) s.clamp_max = 0.75f;
        check_against_double(make_problem(s, seed++));
      }
    }
  }
}

TEST_CASE("gemm_f32 splits rows and k into blocks", "[gemm_f32]") {
  check_against_double(make_problem({130, 44, 300, 303, 47}, 1));
  check_against_double(make_problem({14, 33, 1030, 1030, 33, true, 0.0f, 2.0f}, 2));
  check_against_double(make_problem({257, 10, 521, 530, 11, false}, 3));
  check_against_double(make_problem({1, 200, 1500, 1500, 200}, 4));
  check_against_double(make_problem({97, 70, 2901, 2901, 70}, 5));
}

TEST_CASE("gemm_f32 without steps gives the bias, without rows or columns nothing", "[gemm_f32]") {
  for (const size_t m : std::initializer_list<size_t>{1, 9}) {
    const Problem p = make_problem({m, 11, 0, 0, 12, true, -0.5f, 0.5f}, 5);
    const Guarded<float> c = check(p);
    for (size_t i = 0; i < m; ++i) {
      for (size_t j = 0; j < 11; ++j) {
        REQUIRE(c[i * 12 + j] == std::fmin(std::fmax(p.bias[j], -0.5f), 0.5f));
      }
    }
  }
  check(make_problem({0, 11, 4, 4, 12}, 6));
  check(make_problem({3, 0, 4, 4, 2}, 7));
}

TEST_CASE("gemm_f32 keeps NaN, infinities and signed zeros alike on every ISA", "[gemm_f32]") {
  for (uint32_t seed = 1; seed < 40; ++seed) {
    Case s{1 + seed % 14, 1 + seed * 7 % 50, 1 + seed % 4, 5, 50};
    if (seed % 2 == 0) s.clamp_min = 0.0f;
    if (seed % 3 == 0) s.clamp_max = 6.0f;
    check(make_problem(s, seed, true));
  }
}

TEST_CASE("gemm_f32 gives the same bits for any split of rows and columns", "[gemm_f32]") {
  const Case s{29, 50, 310, 310, 50};
  const Problem p = make_problem(s, 9);
  const Guarded<float> whole = check(p);
  for (size_t v = 0; v < kGemmF32.count; ++v) {
    if (!detect_isa().has(kGemmF32.variants[v].isa)) continue;
    Guarded<float> parts(s.m * s.ldc);
    for (size_t i = 0; i < s.m; i += 5) {
      for (size_t j = 0; j < s.n; j += 8) {
        kGemmF32.variants[v].run({p.a.data() + i * s.lda, s.lda, p.packed.data() + j * s.k,
                                  p.bias.data() + j, parts.data() + i * s.ldc + j, s.ldc,
                                  std::min<size_t>(5, s.m - i), std::min<size_t>(8, s.n - j), s.k,
                                  -kInf, kInf});
      }
    }
    REQUIRE(test::first_difference(parts, whole) == whole.size());
  }
}

}  // namespace
}  // namespace linnet
