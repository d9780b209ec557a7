#include "kernels/gemm_sparse_f32/gemm_sparse_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_sparse_panels_f32.h"
#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/sparse_weights.h"

namespace linnet {
namespace {

using test::AlignedBytes;
using test::Guarded;

constexpr float kInf = std::numeric_limits<float>::infinity();

struct Case {
  size_t m, n, k;
  int absent = 50;     // per cent of the k groups
  size_t a_extra = 0;  // values between the end of a row and the next
  size_t c_extra = 0;
  bool bias = true;
  bool awkward = false;  // A holds any bits
  float clamp_min = -kInf, clamp_max = kInf;
};

// The arguments of one product, every input between pages that nobody may touch.
class Problem {
 public:
  Problem(const Case& s, unsigned seed) : shape(s), random_(seed) {
    const auto w = test::sparse_weights_f32(random_, s.n, s.k, s.absent);
    dense_.resize(panels_f32_elements(s.n, s.k));
    pack_panels_f32(w.data(), s.k, 1, s.n, s.k, dense_.data());
    const uint64_t entries = count_sparse_groups_f32(w.data(), s.k, 1, s.n, s.k);
    AlignedBytes packed(sparse_layout_f32(s.n, entries).size);
    REQUIRE(pack_sparse_panels_f32(w.data(), s.k, 1, s.n, s.k, entries, packed.data()));
    SparsePanelsF32 view;
    REQUIRE(open_sparse_panels_f32(packed.data(), packed.size(), s.n, s.k, &view));
    const size_t present = static_cast<size_t>(entries);
    args.w = {fences_.copy(view.first, (s.n + 7) / 8 + 1), fences_.copy(view.groups, present),
              fences_.copy(view.w, 32 * present)};
    const size_t lda = s.k + s.a_extra;
    const size_t count = (s.m - 1) * lda + s.k;
    const auto a = s.awkward ? test::awkward_inputs(count, seed)
                             : test::random_floats(count, -1.0f, 1.0f, seed);
    const auto bias = test::random_floats(s.n, -1.0f, 1.0f, seed + 1);
    args.gemm = {fences_.copy(a.data(), count),
                 lda,
                 dense_.data(),
                 s.bias ? fences_.copy(bias.data(), s.n) : nullptr,
                 nullptr,
                 s.n + s.c_extra,
                 s.m,
                 s.n,
                 s.k,
                 s.clamp_min,
                 s.clamp_max};
  }

  GemmSparseF32Args with(float* c) const {
    GemmSparseF32Args all = args;
    all.gemm.c = c;
    return all;
  }

  Case shape;
  GemmSparseF32Args args;

 private:
  std::mt19937 random_;
  std::vector<float> dense_;
  test::Fences fences_;
};

// All variants alike, and like the dense kernel but for the sign of zeros.
void check(const Case& shape, unsigned seed) {
  INFO("m " << shape.m << " n " << shape.n << " k " << shape.k << " absent " << shape.absent
            << " seed " << seed);
  const Problem problem(shape, seed);
  const size_t ldc = problem.args.gemm.ldc;
  const Guarded<float> untouched(shape.m * ldc);
  const auto c = test::check_variants(kGemmSparseF32, untouched,
                                      [&](float* out) { return problem.with(out); });
  Guarded<float> dense = untouched;
  gemm_f32_scalar(problem.with(dense.data()).gemm);
  for (size_t i = 0; i < shape.m * ldc; ++i) {
    if (i % ldc >= shape.n || !shape.awkward) {
      const bool zeros = c[i] == 0.0f && dense[i] == 0.0f;
      if (!zeros && !test::same_value(c[i], dense[i])) FAIL(c[i] << " instead of " << dense[i]);
    }
  }
}

TEST_CASE("gemm_sparse_f32 equals gemm_f32 with zeros", "[gemm_sparse_f32]") {
  const Case cases[] = {
      {1, 1, 1, 0},
      {1, 8, 4, 100},
      {1, 70, 301},
      {2, 39, 130, 90},
      {3, 17, 5},
      {5, 48, 27, 0},
      {6, 33, 258},
      {12, 64, 576, 70, 3, 2},
      {13, 65, 577, 50, 1, 0, false},
      {25, 600, 518, 90},
      {100, 31, 1030, 95, 0, 5, true, false, 0.0f, 0.25f},
  };
  unsigned seed = 1;
  for (const Case& shape : cases) check(shape, seed++);
}

TEST_CASE("gemm_sparse_f32 random shapes", "[gemm_sparse_f32][random]") {
  std::mt19937 random(7);
  for (unsigned i = 0; i < test::random_rounds(); ++i) {
    Case shape = {1 + random() % 30, 1 + random() % 50, 1 + random() % 100};
    if (random() % 3 == 0) shape.m = 1 + random() % 6;
    if (random() % 20 == 0) shape.k += 256;
    const int levels[] = {0, 50, 70, 90, 100, test::pick(random, 0, 100)};
    shape.absent = levels[random() % 6];
    shape.a_extra = random() % 5;
    shape.c_extra = random() % 5;
    shape.bias = random() % 4 != 0;
    shape.awkward = random() % 4 == 0;
    if (random() % 4 == 0) shape.clamp_min = 0.0f;
    if (random() % 4 == 0) shape.clamp_max = 0.5f;
    check(shape, 100 + i);
  }
}

TEST_CASE("gemm_sparse_f32 without rows or columns writes nothing", "[gemm_sparse_f32]") {
  const Problem problem({3, 11, 8}, 1);
  for (size_t v = 0; v < kGemmSparseF32.count; ++v) {
    if (!detect_isa().has(kGemmSparseF32.variants[v].isa)) continue;
    GemmSparseF32Args args = problem.args;  // C is null
    args.gemm.m = 0;
    kGemmSparseF32.variants[v].run(args);
    args.gemm.m = 3;
    args.gemm.n = 0;
    kGemmSparseF32.variants[v].run(args);
  }
}

TEST_CASE("gemm_sparse_f32 lets no infinity through absent groups", "[gemm_sparse_f32]") {
  std::vector<float> w(8 * 8);
  for (size_t r = 0; r < 8; ++r) w[r * 8 + 5] = 1.0f;
  AlignedBytes packed(sparse_layout_f32(8, 1).size);
  REQUIRE(pack_sparse_panels_f32(w.data(), 8, 1, 8, 8, 1, packed.data()));
  SparsePanelsF32 view;
  REQUIRE(open_sparse_panels_f32(packed.data(), packed.size(), 8, 8, &view));
  const float a[8] = {kInf, -kInf, std::nanf(""), 1.0f, 2.0f, 3.0f, 4.0f, 5.0f};
  for (size_t v = 0; v < kGemmSparseF32.count; ++v) {
    if (!detect_isa().has(kGemmSparseF32.variants[v].isa)) continue;
    float c[8];
    kGemmSparseF32.variants[v].run({{a, 8, nullptr, nullptr, c, 8, 1, 8, 8, -kInf, kInf}, view});
    for (const float value : c) REQUIRE(value == 3.0f);
  }
}

TEST_CASE("gemm_sparse_f32 gives the same bits for any split", "[gemm_sparse_f32]") {
  const Case s{29, 50, 310};
  const Problem problem(s, 9);
  const size_t ldc = problem.args.gemm.ldc;
  const auto whole = test::check_variants(kGemmSparseF32, Guarded<float>(s.m * ldc),
                                          [&](float* out) { return problem.with(out); });
  for (size_t v = 0; v < kGemmSparseF32.count; ++v) {
    if (!detect_isa().has(kGemmSparseF32.variants[v].isa)) continue;
    Guarded<float> parts(s.m * ldc);
    for (size_t i = 0; i < s.m; i += 5) {
      for (size_t j = 0; j < s.n; j += 8) {
        GemmSparseF32Args part = problem.with(parts.data() + i * ldc + j);
        part.gemm.a += i * part.gemm.lda;
        part.gemm.bias += j;
        part.gemm.m = s.m - i < 5 ? s.m - i : 5;
        part.gemm.n = s.n - j < 8 ? s.n - j : 8;
        part.w.first += j / 8;
        kGemmSparseF32.variants[v].run(part);
      }
    }
    REQUIRE(test::first_difference(parts, whole) == whole.size());
  }
}

}  // namespace
}  // namespace linnet
