#include "kernels/gemm_sparse_s8s4_f32/gemm_sparse_s8s4_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "kernels/pack/pack_sparse_panels_s4.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/sparse_gemm_inputs.h"

namespace linnet {
namespace {

using test::AlignedBytes;
using test::pick;
using test::SparseCodes;

constexpr float kUntouched = 85.0f;
constexpr float kInf = std::numeric_limits<float>::infinity();

// Doubled MXFP4, and a table that uses all of int8.
constexpr int8_t kMxfp4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
constexpr int8_t kWide[16] = {-127, -96, -70, -50, -33, -20, -9,  0,
                              8,    19,  32,  49,  69,  95,  110, 127};
constexpr const int8_t* kTables[] = {kInt4Table, kMxfp4, kWide};

struct Case {
  size_t m, n, k;
  size_t block = 32;
  int absent = 50;  // per cent of the k groups
  int table = 0;
  bool extreme = false;
  size_t a_extra = 0, c_extra = 0;
  bool bias = true;
  bool per_row = true;  // scales of A
  float clamp_min = -kInf, clamp_max = kInf;
};

// The arguments of one product, every array between pages that nobody may touch.
class Problem {
 public:
  Problem(const Case& s, unsigned seed) : shape(s), random_(seed) {
    const SparseCodes codes(random_, s.n, s.k, s.block, s.absent, kTables[s.table], s.extreme);
    dense_.resize(static_cast<size_t>(panels_size_s4(s.n, s.k, s.block)) / 8 + 1);
    REQUIRE(pack_panels_s4(codes.args, dense_.data()));
    args.gemm.w = reinterpret_cast<const uint8_t*>(dense_.data());
    args.gemm.w_panel_stride = static_cast<size_t>(panel_bytes_s4(s.k, s.block));
    const SparseCountS4 count = count_sparse_lines_s4(codes.args);
    AlignedBytes packed(sparse_layout_s4(s.n, s.k, s.block, count.lines, count.scales).size);
    REQUIRE(pack_sparse_panels_s4(codes.args, count, packed.data()));
    SparsePanelsS4 view;
    REQUIRE(open_sparse_panels_s4(packed.data(), packed.size(), s.n, s.k, s.block, &view));
    const size_t panels = (s.n + 7) / 8, lines = static_cast<size_t>(count.lines);
    args.w = {fences_.copy(view.first, panels + 1),
              fences_.copy(view.first_scale, panels + 1),
              fences_.copy(view.comp, 8 * panels),
              fences_.copy(view.lines, panels * codes.args.scales_stride),
              fences_.copy(view.groups, 2 * lines),
              fences_.copy(view.scales, 8 * static_cast<size_t>(count.scales)),
              fences_.copy(view.w, 32 * lines)};
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
    return run([](const GemmSparseS8S4F32Args& all) { gemm_s8s4_f32_scalar(all.gemm); });
  }

  Case shape;
  GemmSparseS8S4F32Args args;

 private:
  void fill_gemm() {
    GemmS8S4F32Args& gemm = args.gemm;
    gemm.m = shape.m;
    gemm.n = shape.n;
    gemm.k = shape.k;
    gemm.block = shape.block;
    const size_t row = (shape.k + 7) / 8 * 8;
    gemm.a_stride = row + shape.a_extra;
    std::vector<uint8_t> a((shape.m - 1) * gemm.a_stride + row);
    for (uint8_t& value : a) {
      value = static_cast<uint8_t>(shape.extreme && random_() % 8 != 0 ? 255 : random_());
    }
    gemm.a = fences_.copy(a);
    const auto floats = [&](size_t count, int low, int high) {
      return test::even_floats(random_, count, low, high);
    };
    std::vector<int32_t> zero_points(shape.per_row ? shape.m : 1);
    for (int32_t& value : zero_points) value = pick(random_, 0, 255);
    gemm.a_scale = fences_.copy(floats(zero_points.size(), 1, 999));
    gemm.a_zero_point = fences_.copy(zero_points);
    gemm.a_scale_stride = shape.per_row ? 1 : 0;
    gemm.comp = args.w.comp;
    gemm.table = kTables[shape.table];
    gemm.bias = shape.bias ? fences_.copy(floats(shape.n, -99999, 99999)) : nullptr;
    gemm.clamp_min = shape.clamp_min;
    gemm.clamp_max = shape.clamp_max;
    gemm.c_stride = shape.n + shape.c_extra;
  }

  std::mt19937 random_;
  std::vector<uint64_t> dense_;
  test::Fences fences_;
};

void check(const Case& shape, unsigned seed) {
  Problem problem(shape, seed);
  const auto expected = problem.expected();
  for (size_t v = 0; v < kGemmSparseS8S4F32.count; ++v) {
    const auto& variant = kGemmSparseS8S4F32.variants[v];
    if (!detect_isa().has(variant.isa)) continue;
    INFO(isa_name(variant.isa) << " m " << shape.m << " n " << shape.n << " k " << shape.k
                               << " block " << shape.block << " absent " << shape.absent
                               << " table " << shape.table << " seed " << seed);
    REQUIRE(problem.run(variant.run) == expected);
  }
}

TEST_CASE("gemm_sparse_s8s4_f32 equals gemm_s8s4_f32 with zeros", "[gemm_sparse_s8s4_f32]") {
  const Case cases[] = {
      {1, 1, 1, 32, 0},
      {1, 8, 8, 64, 100},
      {2, 16, 40, 32, 0, 2},
      {3, 17, 5},
      {4, 33, 27, 128, 90},
      {5, 24, 576, 128, 0, 0, true},
      {5, 24, 576, 128, 0, 1, true},
      {5, 24, 576, 128, 0, 2, true},
      {9, 64, 640, 64, 50, 0, true, 5, 7},
      {17, 40, 2050, 128, 90},
      {100, 23, 130, 64, 50},
  };
  unsigned seed = 1;
  for (const Case& shape : cases) check(shape, seed++);
}

TEST_CASE("gemm_sparse_s8s4_f32 random shapes", "[gemm_sparse_s8s4_f32][random]") {
  std::mt19937 random(7);
  for (unsigned i = 0; i < test::random_rounds(); ++i) {
    Case shape = {1 + random() % 25, 1 + random() % 40, 1 + random() % 200};
    if (random() % 3 == 0) shape.m = 1 + random() % 4;
    shape.block = size_t{32} << random() % 3;
    const int levels[] = {0, 50, 70, 90, 100, pick(random, 0, 100)};
    shape.absent = levels[random() % 6];
    shape.table = pick(random, 0, 2);
    shape.extreme = random() % 4 == 0;
    shape.a_extra = random() % 9;
    shape.c_extra = random() % 9;
    shape.bias = random() % 4 != 0;
    shape.per_row = random() % 2 == 0;
    if (random() % 4 == 0) shape.clamp_min = 0.0f;
    if (random() % 4 == 0) shape.clamp_max = 6.0f;
    check(shape, 100 + i);
  }
}

TEST_CASE("gemm_sparse_s8s4_f32 split over columns gives the same bits", "[gemm_sparse_s8s4_f32]") {
  Problem problem({14, 56, 200, 64}, 3);
  const auto whole = problem.expected();
  for (size_t v = 0; v < kGemmSparseS8S4F32.count; ++v) {
    if (!detect_isa().has(kGemmSparseS8S4F32.variants[v].isa)) continue;
    const auto parts = problem.run([&](const GemmSparseS8S4F32Args& args) {
      for (size_t j = 0; j < args.gemm.n; j += 24) {
        GemmSparseS8S4F32Args part = args;
        part.gemm.n = args.gemm.n - j < 24 ? args.gemm.n - j : 24;
        part.gemm.bias += j;
        part.gemm.comp += j;
        part.gemm.c += j;
        part.w.first += j / 8;
        part.w.first_scale += j / 8;
        part.w.lines += j / 8 * 4;
        kGemmSparseS8S4F32.variants[v].run(part);
      }
    });
    REQUIRE(whole == parts);
  }
}

}  // namespace
}  // namespace linnet
