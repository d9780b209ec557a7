#include "kernels/gemm_sparse_s8s8_f32/gemm_sparse_s8s8_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "tests/kernels/fenced.h"
#include "tests/kernels/sparse_gemm_inputs.h"

namespace linnet {
namespace {

using test::Magnitude;
using test::pick;

constexpr float kUntouched = 85.0f;
constexpr float kInf = std::numeric_limits<float>::infinity();

struct Case {
  size_t m, n, k;
  int absent = 50;  // per cent of the k groups
  Magnitude magnitude = Magnitude::mixed;
  size_t a_extra = 0;  // bytes between the end of a padded row and the next
  size_t c_extra = 0;
  bool bias = true;
  bool per_row = true;  // scales of A
  float clamp_min = -kInf, clamp_max = kInf;
  bool residual = false;
};

// The arguments of one product, every array between pages that nobody may touch.
class Problem {
 public:
  Problem(const Case& s, unsigned seed) : shape(s), random_(seed) {
    const auto w = test::sparse_weights_s8(random_, s.n, s.k, s.absent, s.magnitude);
    dense_ = test::dense_panels_s8(w, s.n, s.k);
    args.gemm.w = reinterpret_cast<const int8_t*>(dense_.data());
    args.gemm.w_panel_stride = static_cast<size_t>(panel_bytes_s8(s.k));
    args.w = test::sparse_panels_s8(fences_, w, s.n, s.k);
    fill_gemm();
  }

  // Bits of C of one kernel, with what lies between its rows.
  template <typename Run>
  std::vector<uint32_t> run(const Run& run) {
    std::vector<float> c(shape.m * args.gemm.c_stride + 32, kUntouched);
    args.gemm.c = c.data();
    run(args);
    return test::bits_of(c);
  }

  std::vector<uint32_t> expected() {
    return run([](const GemmSparseS8S8F32Args& all) { gemm_s8s8_f32_scalar(all.gemm); });
  }

  Case shape;
  GemmSparseS8S8F32Args args;

 private:
  void fill_gemm() {
    GemmS8S8F32Args& gemm = args.gemm;
    gemm.m = shape.m;
    gemm.n = shape.n;
    gemm.k = shape.k;
    const size_t row = (shape.k + 3) / 4 * 4;
    gemm.a_stride = row + shape.a_extra;
    gemm.a = fences_.copy(test::rows_s8(random_, (shape.m - 1) * gemm.a_stride + row,
                                        shape.magnitude == Magnitude::extreme));
    const auto floats = [&](size_t count, int low, int high) {
      return test::even_floats(random_, count, low, high);
    };
    std::vector<int32_t> zero_points(shape.per_row ? shape.m : 1);
    for (int32_t& value : zero_points) value = pick(random_, -128, 127);
    gemm.a_scale = fences_.copy(floats(zero_points.size(), 1, 999));
    gemm.a_zero_point = fences_.copy(zero_points);
    gemm.a_scale_stride = shape.per_row ? 1 : 0;
    gemm.row_sums = args.w.row_sums;
    gemm.w_scale = fences_.copy(floats(shape.n, 1, 999));
    gemm.bias = shape.bias ? fences_.copy(floats(shape.n, -99999, 99999)) : nullptr;
    gemm.clamp_min = shape.clamp_min;
    gemm.clamp_max = shape.clamp_max;
    gemm.c_stride = shape.n + shape.c_extra;
    if (!shape.residual) return;
    gemm.residual_stride = shape.n + shape.a_extra;
    gemm.residual =
        fences_.copy(floats((shape.m - 1) * gemm.residual_stride + shape.n, -99999, 99999));
  }

  std::mt19937 random_;
  std::vector<uint64_t> dense_;
  test::Fences fences_;
};

void check(const Case& shape, unsigned seed) {
  Problem problem(shape, seed);
  const auto expected = problem.expected();
  const IsaSet isa = detect_isa();
  for (size_t v = 0; v < kGemmSparseS8S8F32.count; ++v) {
    const auto& variant = kGemmSparseS8S8F32.variants[v];
    if (!isa.has(variant.isa)) continue;
    INFO(isa_name(variant.isa) << " m " << shape.m << " n " << shape.n << " k " << shape.k
                               << " absent " << shape.absent << " seed " << seed);
    REQUIRE(problem.run(variant.run) == expected);
  }
}

TEST_CASE("gemm_sparse_s8s8_f32 equals gemm_s8s8_f32 with zeros", "[gemm_sparse_s8s8_f32]") {
  const Case cases[] = {
      {1, 1, 1, 0},
      {1, 8, 4, 0},
      {1, 8, 4, 100},
      {2, 16, 8},
      {3, 17, 5},
      {4, 33, 27, 90},
      {5, 24, 100, 0, Magnitude::extreme},
      {9, 64, 576, 50, Magnitude::small},
      {16, 65, 577, 70, Magnitude::extreme, 5, 7},
      {17, 40, 2050, 90, Magnitude::large, 2, 3, false},
      {97, 23, 130, 50, Magnitude::extreme, 3, 1},
      {130, 19, 1030, 90},
      {11, 31, 6200, 60, Magnitude::mixed},
      {12, 9, 16388, 95, Magnitude::extreme},
      {70, 50, 300, 100},
  };
  unsigned seed = 1;
  for (const Case& shape : cases) check(shape, seed++);
}

TEST_CASE("gemm_sparse_s8s8_f32 random shapes", "[gemm_sparse_s8s8_f32][random]") {
  std::mt19937 random(7);
  const Magnitude magnitudes[] = {Magnitude::small, Magnitude::mixed, Magnitude::large,
                                  Magnitude::extreme};
  for (unsigned i = 0; i < test::random_rounds(); ++i) {
    Case shape = {1 + random() % 30, 1 + random() % 50, 1 + random() % 150};
    if (random() % 3 == 0) shape.m = 1 + random() % 4;
    const int levels[] = {0, 50, 70, 90, 100, pick(random, 0, 100)};
    shape.absent = levels[random() % 6];
    shape.magnitude = magnitudes[random() % 4];
    shape.a_extra = random() % 9;
    shape.c_extra = random() % 9;
    shape.bias = random() % 4 != 0;
    shape.per_row = random() % 2 == 0;
    if (random() % 4 == 0) shape.clamp_min = 0.0f;
    if (random() % 4 == 0) shape.clamp_max = 6.0f;
    shape.residual = random() % 4 == 0;
    check(shape, 100 + i);
  }
}

TEST_CASE("gemm_sparse_s8s8_f32 split over columns gives the same bytes",
          "[gemm_sparse_s8s8_f32]") {
  Problem problem({14, 56, 72}, 3);
  const auto whole = problem.expected();
  for (size_t v = 0; v < kGemmSparseS8S8F32.count; ++v) {
    if (!detect_isa().has(kGemmSparseS8S8F32.variants[v].isa)) continue;
    const auto parts = problem.run([&](const GemmSparseS8S8F32Args& args) {
      for (size_t j = 0; j < args.gemm.n; j += 24) {
        GemmSparseS8S8F32Args part = args;
        part.gemm.n = args.gemm.n - j < 24 ? args.gemm.n - j : 24;
        part.gemm.bias += j;
        part.gemm.w_scale += j;
        part.gemm.row_sums += j;
        part.gemm.c += j;
        part.w.first += j / 8;
        part.w.kinds += j / 8 * 4;
        part.w.offsets += j;
        kGemmSparseS8S8F32.variants[v].run(part);
      }
    });
    REQUIRE(whole == parts);
  }
}

}  // namespace
}  // namespace linnet
