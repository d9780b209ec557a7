#pragma once

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

// The tests of gemm_f32 and gemm_f32f16. Kind: Args, Weight, the family, and pack(&w, n, k), which
// packs W [n][k] and leaves in it what the kernel will see.

namespace linnet::test {

inline constexpr float kInf = std::numeric_limits<float>::infinity();

struct GemmCase {
  size_t m, n, k;
  size_t lda, ldc;
  bool bias = true;
  float clamp_min = -kInf;
  float clamp_max = kInf;
  size_t residual_stride = 0;  // 0: none
};

template <typename Kind>
struct GemmProblem {
  GemmCase shape;
  std::vector<float> a;
  std::vector<float> w;  // [n][k], as the kernel sees it
  std::vector<typename Kind::Weight> packed;
  std::vector<float> bias;
  std::vector<float> residual;
};

template <typename Kind>
GemmProblem<Kind> make_gemm(const GemmCase& shape, uint32_t seed, bool awkward = false) {
  const auto values = [&](size_t count, uint32_t offset) {
    return awkward ? awkward_inputs(count, seed + offset)
                   : random_floats(count, -1.0f, 1.0f, seed + offset);
  };
  // Values of m rows, exactly as many as the contract says.
  const auto rows = [&](size_t stride, size_t width, uint32_t offset) {
    return values(shape.m == 0 ? 0 : (shape.m - 1) * stride + width, offset);
  };
  GemmProblem<Kind> p{shape, {}, values(shape.n * shape.k, 1), {}, values(shape.n, 2), {}};
  p.a = rows(shape.lda, shape.k, 3);
  if (shape.residual_stride != 0) p.residual = rows(shape.residual_stride, shape.n, 4);
  p.packed = Kind::pack(&p.w, shape.n, shape.k);
  return p;
}

// All variants against scalar, scalar against sums in double; values between rows stay untouched.
template <typename Kind>
Guarded<float> check_gemm(const GemmProblem<Kind>& p) {
  const GemmCase& s = p.shape;
  INFO(s.m << " x " << s.n << " x " << s.k << " lda " << s.lda << " ldc " << s.ldc);
  const Guarded<float> untouched(s.m * s.ldc);
  Fences fences;
  typename Kind::Args args{fences.copy(p.a),
                           s.lda,
                           fences.copy(p.packed),
                           s.bias ? fences.copy(p.bias) : nullptr,
                           nullptr,
                           s.ldc,
                           s.m,
                           s.n,
                           s.k,
                           s.clamp_min,
                           s.clamp_max,
                           s.residual_stride != 0 ? fences.copy(p.residual) : nullptr,
                           s.residual_stride};
  const Guarded<float> c = check_variants(Kind::family, untouched, [&](float* out) {
    args.c = out;
    return args;
  });
  for (size_t i = 0; i < s.m; ++i) {
    for (size_t j = s.n; j < s.ldc; ++j) {
      REQUIRE(same_value(c[i * s.ldc + j], untouched[i * s.ldc + j]));
    }
  }
  return c;
}

template <typename Kind>
void check_gemm_against_double(const GemmProblem<Kind>& p) {
  const Guarded<float> c = check_gemm(p);
  const GemmCase& s = p.shape;
  for (size_t i = 0; i < s.m; ++i) {
    for (size_t j = 0; j < s.n; ++j) {
      double sum = s.bias ? static_cast<double>(p.bias[j]) : 0.0;
      double magnitude = std::abs(sum);
      if (s.residual_stride != 0) {
        const double residual = static_cast<double>(p.residual[i * s.residual_stride + j]);
        sum += residual;
        magnitude += std::abs(residual);
      }
      for (size_t k = 0; k < s.k; ++k) {
        const double product =
            static_cast<double>(p.a[i * s.lda + k]) * static_cast<double>(p.w[j * s.k + k]);
        sum += product;
        magnitude += std::abs(product);
      }
      sum = std::fmin(std::fmax(sum, static_cast<double>(s.clamp_min)),
                      static_cast<double>(s.clamp_max));
      const double bound = 1.01 * static_cast<double>(s.k + 2) * 0x1p-24 * magnitude;
      INFO(i << ", " << j);
      REQUIRE(std::abs(static_cast<double>(c[i * s.ldc + j]) - sum) <= bound);
    }
  }
}

template <typename Kind>
void test_gemm_products() {
  uint32_t seed = 1;
  for (const size_t m : std::initializer_list<size_t>{1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 25}) {
    for (const size_t n :
         std::initializer_list<size_t>{1, 5, 8, 9, 16, 24, 31, 40, 64, 72, 129, 140}) {
      for (const size_t k : std::initializer_list<size_t>{1, 2, 3, 4, 7, 40}) {
        GemmCase s{m, n, k, k + seed % 3, n + seed % 5};
        s.bias = seed % 4 != 0;
        if (seed % 3 == 0) s.clamp_min = 0.0f;
        if (seed % 2 == 0) s.clamp_max = 0.75f;
        if (seed % 5 == 0) s.residual_stride = n + seed % 7;
        check_gemm_against_double(make_gemm<Kind>(s, seed++));
      }
    }
  }
}

template <typename Kind>
void test_gemm_blocks() {
  check_gemm_against_double(make_gemm<Kind>({130, 44, 300, 303, 47}, 1));
  check_gemm_against_double(make_gemm<Kind>({14, 33, 1030, 1030, 33, true, 0.0f, 2.0f}, 2));
  check_gemm_against_double(make_gemm<Kind>({257, 10, 521, 530, 11, false}, 3));
  check_gemm_against_double(make_gemm<Kind>({1, 200, 1500, 1500, 200}, 4));
  check_gemm_against_double(make_gemm<Kind>({97, 70, 2901, 2901, 70}, 5));
}

template <typename Kind>
void test_gemm_of_nothing() {
  for (const size_t m : std::initializer_list<size_t>{1, 9}) {
    const GemmProblem<Kind> p = make_gemm<Kind>({m, 11, 0, 0, 12, true, -0.5f, 0.5f}, 5);
    const Guarded<float> c = check_gemm(p);
    for (size_t i = 0; i < m; ++i) {
      for (size_t j = 0; j < 11; ++j) {
        REQUIRE(c[i * 12 + j] == std::fmin(std::fmax(p.bias[j], -0.5f), 0.5f));
      }
    }
  }
  check_gemm(make_gemm<Kind>({0, 11, 4, 4, 12}, 6));
  check_gemm(make_gemm<Kind>({3, 0, 4, 4, 2}, 7));
}

template <typename Kind>
void test_gemm_of_awkward_values() {
  for (uint32_t seed = 1; seed < 40; ++seed) {
    GemmCase s{1 + seed % 14, 1 + seed * 7 % 50, 1 + seed % 4, 5, 50};
    if (seed % 2 == 0) s.clamp_min = 0.0f;
    if (seed % 3 == 0) s.clamp_max = 6.0f;
    check_gemm(make_gemm<Kind>(s, seed, true));
  }
}

template <typename Kind>
void test_gemm_of_random_shapes() {
  ShapeRandom random(1);
  for (size_t round = 0; round < random_rounds(); ++round) {
    const bool large = random.one_in(50);
    GemmCase s{random.pick(0, large ? 200 : 40), random.pick(0, large ? 100 : 80),
               random.pick(0, large ? 900 : 60), 0, 0};
    s.lda = s.k + random.pick(0, 5);
    s.ldc = s.n + random.pick(0, 5);
    s.bias = !random.one_in(4);
    if (random.one_in(3)) s.clamp_min = -0.5f;
    if (random.one_in(3)) s.clamp_max = 0.75f;
    if (random.one_in(3)) s.residual_stride = s.n + random.pick(0, 5);
    check_gemm(make_gemm<Kind>(s, random.seed(), random.one_in(5)));
  }
}

template <typename Kind>
void test_gemm_in_place() {
  for (const auto [m, n, k] : {std::array<size_t, 3>{3, 21, 7}, {130, 44, 900}, {1, 9, 0}}) {
    GemmCase s{m, n, k, k, n};
    s.residual_stride = n;
    const GemmProblem<Kind> p = make_gemm<Kind>(s, 3);
    const Guarded<float> wanted = check_gemm(p);
    const Guarded<float> sum =
        check_variants(Kind::family, Guarded<float>(p.residual), [&](float* out) {
          return typename Kind::Args{p.a.data(), k, p.packed.data(), p.bias.data(), out, n, m,
                                     n,          k, -kInf,           kInf,          out, n};
        });
    REQUIRE(first_difference(sum, wanted) == wanted.size());
  }
}

template <typename Kind>
void test_gemm_splits() {
  const GemmCase s{29, 50, 310, 310, 50};
  const GemmProblem<Kind> p = make_gemm<Kind>(s, 9);
  const Guarded<float> whole = check_gemm(p);
  for (size_t v = 0; v < Kind::family.count; ++v) {
    if (!detect_isa().has(Kind::family.variants[v].isa)) continue;
    Guarded<float> parts(s.m * s.ldc);
    for (size_t i = 0; i < s.m; i += 5) {
      for (size_t j = 0; j < s.n; j += 8) {
        Kind::family.variants[v].run({p.a.data() + i * s.lda, s.lda, p.packed.data() + j * s.k,
                                      p.bias.data() + j, parts.data() + i * s.ldc + j, s.ldc,
                                      std::min<size_t>(5, s.m - i), std::min<size_t>(8, s.n - j),
                                      s.k, -kInf, kInf, nullptr, 0});
      }
    }
    REQUIRE(first_difference(parts, whole) == whole.size());
  }
}

}  // namespace linnet::test
