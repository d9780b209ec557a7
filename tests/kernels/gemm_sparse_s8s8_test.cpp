#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/kernels/fenced.h"
#include "tests/kernels/sparse_gemm_inputs.h"

namespace linnet {
namespace {

using test::Magnitude;
using test::pick;

constexpr int8_t kUntouched = 85;

struct Case {
  size_t m, n, k;
  int absent = 50;  // per cent of the k groups
  Magnitude magnitude = Magnitude::mixed;
  size_t a_extra = 0;  // bytes between the end of a padded row and the next
  size_t c_extra = 0;
  bool bias = true;
  int32_t zero_point = 0, min = -128, max = 127;
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

  // C of one kernel, with what lies between its rows.
  template <typename Run>
  std::vector<int8_t> run(const Run& run) {
    std::vector<int8_t> c(shape.m * args.gemm.c_stride + 32, kUntouched);
    args.gemm.c = c.data();
    run(args);
    return c;
  }

  std::vector<int8_t> expected() {
    return run([](const GemmSparseS8S8Args& all) { gemm_s8s8_scalar(all.gemm); });
  }

  Case shape;
  GemmSparseS8S8Args args;

 private:
  void fill_gemm() {
    GemmS8S8Args& gemm = args.gemm;
    gemm.m = shape.m;
    gemm.n = shape.n;
    gemm.k = shape.k;
    const size_t row = (shape.k + 3) / 4 * 4;
    gemm.a_stride = row + shape.a_extra;
    gemm.a = fences_.copy(test::rows_s8(random_, (shape.m - 1) * gemm.a_stride + row,
                                        shape.magnitude == Magnitude::extreme));
    std::vector<int32_t> bias;
    std::vector<float> scale;
    const double present = 1.0 + static_cast<double>(shape.k) * (100 - shape.absent) / 100.0;
    for (size_t j = 0; j < shape.n; ++j) {
      bias.push_back(pick(random_, -30000, 30000));
      // Powers of two make ties; others spread the results over and beyond int8.
      const double spread = 60.0 / (2000.0 * std::sqrt(present));
      scale.push_back(
          static_cast<float>(j % 3 == 0 ? 0x1p-9 : spread * static_cast<double>(1 + j % 5)));
    }
    gemm.bias = shape.bias ? fences_.copy(bias) : nullptr;
    gemm.scale = fences_.copy(scale);
    gemm.zero_point = shape.zero_point;
    gemm.min = shape.min;
    gemm.max = shape.max;
    gemm.c_stride = shape.n + shape.c_extra;
  }

  std::mt19937 random_;
  std::vector<uint64_t> dense_;
  test::Fences fences_;
};

void check(const Case& shape, unsigned seed) {
  Problem problem(shape, seed);
  const auto expected = problem.expected();
  const IsaSet isa = detect_isa();
  for (size_t v = 0; v < kGemmSparseS8S8.count; ++v) {
    const auto& variant = kGemmSparseS8S8.variants[v];
    if (!isa.has(variant.isa)) continue;
    INFO(isa_name(variant.isa) << " m " << shape.m << " n " << shape.n << " k " << shape.k
                               << " absent " << shape.absent << " seed " << seed);
    REQUIRE(problem.run(variant.run) == expected);
  }
}

TEST_CASE("gemm_sparse_s8s8 equals gemm_s8s8 with zeros", "[gemm_sparse_s8s8]") {
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

TEST_CASE("gemm_sparse_s8s8 random shapes", "[gemm_sparse_s8s8][random]") {
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
    shape.zero_point = pick(random, -128, 127);
    shape.min = pick(random, -128, 0);
    shape.max = pick(random, 0, 127);
    check(shape, 100 + i);
  }
}

TEST_CASE("gemm_sparse_s8s8 split over columns gives the same bytes", "[gemm_sparse_s8s8]") {
  Problem problem({14, 56, 72}, 3);
  const auto whole = problem.expected();
  for (size_t v = 0; v < kGemmSparseS8S8.count; ++v) {
    if (!detect_isa().has(kGemmSparseS8S8.variants[v].isa)) continue;
    const auto parts = problem.run([&](const GemmSparseS8S8Args& args) {
      for (size_t j = 0; j < args.gemm.n; j += 24) {
        GemmSparseS8S8Args part = args;
        part.gemm.n = args.gemm.n - j < 24 ? args.gemm.n - j : 24;
        part.gemm.bias += j;
        part.gemm.scale += j;
        part.gemm.c += j;
        part.w.first += j / 8;
        part.w.kinds += j / 8 * 4;
        part.w.row_sums += j;
        part.w.offsets += j;
        kGemmSparseS8S8.variants[v].run(part);
      }
    });
    REQUIRE(whole == parts);
  }
}

}  // namespace
}  // namespace linnet
