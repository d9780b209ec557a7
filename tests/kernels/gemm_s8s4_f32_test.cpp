#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/pack/pack_panels_s4.h"
#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::Guarded;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Doubled MXFP4 values, and one that uses all of int8 (no zero: k must be a multiple of 8).
constexpr int8_t kMxfp4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
constexpr int8_t kWide[16] = {-127, -88, -67, -50, -36, -23, -11, 0,
                              10,   20,  31,  43,  56,  71,  92,  127};
constexpr int8_t kNoZero[16] = {-127, -126, -90, -60, -40, -20, -7,  -1,
                                1,    7,    20,  40,  60,  90,  126, 127};

// A narrow range far from zero (no zero either), and the widest for which plain NEON sums 8
// products in 16 bits.
constexpr int8_t kFar[16] = {8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 37, 40};
constexpr int8_t kEven[16] = {-31, -27, -23, -19, -15, -11, -7, -3, 0, 3, 7, 11, 15, 19, 25, 31};

struct Case {
  size_t m, n, k;
  size_t block = 32;
  const int8_t* table = kInt4Table;
  bool extreme = false;
  size_t a_scale_stride = 1;
  float clamp_min = -kInfinity;
  float clamp_max = kInfinity;
  bool bias = true;
  size_t a_extra = 0;
  size_t c_extra = 3;
  bool awkward = false;  // any floats at all, any finite block scales
};

struct Problem {
  std::vector<uint8_t> a, codes;
  std::vector<uint16_t> scale_bits;
  std::vector<double> scales;  // [n][blocks]
  std::vector<uint64_t> packed;
  std::vector<float> a_scale, bias;
  std::vector<int32_t> zero_point;
  size_t a_stride;
  size_t blocks;
};

// The extreme codes of a table: those of its smallest and largest value.
uint8_t extreme_code(const int8_t* table, bool largest) {
  uint8_t best = 0;
  for (uint8_t code = 1; code < 16; ++code) {
    if (largest ? table[code] > table[best] : table[code] < table[best]) best = code;
  }
  return best;
}

Problem make_problem(const Case& shape, unsigned seed) {
  std::mt19937 random(seed);
  const auto real = [&](float low, float high) {
    return low + (high - low) * static_cast<float>(random() % 65536) / 65536.0f;
  };
  Problem problem;
  problem.blocks = (shape.k + shape.block - 1) / shape.block;
  problem.a_stride = (shape.k + 7) / 8 * 8 + shape.a_extra;
  problem.a.resize((shape.m - 1) * problem.a_stride + (shape.k + 7) / 8 * 8);
  problem.codes.resize(shape.n * shape.k);
  for (uint8_t& value : problem.a) value = static_cast<uint8_t>(random() % 256);
  for (uint8_t& code : problem.codes) code = static_cast<uint8_t>(random() % 16);
  if (shape.extreme) {
    for (uint8_t& value : problem.a) value = random() % 16 == 0 ? uint8_t{0} : uint8_t{255};
    for (size_t j = 0; j < shape.n; ++j) {
      const uint8_t code = extreme_code(shape.table, j % 2 != 0);
      for (size_t k = 0; k < shape.k; ++k) problem.codes[j * shape.k + k] = code;
    }
  }
  for (size_t at = 0; at < shape.n * problem.blocks; ++at) {
    // 2^-10…2^-3 with a random fraction, either sign; awkward: any finite half.
    const unsigned low = shape.awkward ? 0 : 5, count = shape.awkward ? 31 : 8;
    const unsigned exponent = low + static_cast<unsigned>(random()) % count;
    const unsigned fraction = random() % 1024;
    const unsigned sign = random() % 8 == 0 ? 0x8000u : 0u;
    problem.scale_bits.push_back(static_cast<uint16_t>(sign | exponent << 10 | fraction));
    const double value = std::ldexp(1.0 + fraction / 1024.0, static_cast<int>(exponent) - 15);
    problem.scales.push_back(sign != 0 ? -value : value);
  }
  PackPanelsS4Args pack;
  pack.n = shape.n;
  pack.k = shape.k;
  pack.block = shape.block;
  pack.codes = problem.codes.data();
  pack.codes_stride = shape.k;
  pack.scales = problem.scale_bits.data();
  pack.scales_stride = problem.blocks;
  pack.table = shape.table;
  problem.packed.resize(static_cast<size_t>(panels_size_s4(shape.n, shape.k, shape.block)) / 8 + 1);
  REQUIRE(pack_panels_s4(pack, problem.packed.data()));
  for (size_t i = 0; i < shape.m; ++i) {
    problem.a_scale.push_back(real(0.001f, 0.1f));
    problem.zero_point.push_back(static_cast<int32_t>(random() % 256));
  }
  for (size_t j = 0; j < shape.n; ++j) problem.bias.push_back(real(-3.0f, 3.0f));
  if (shape.awkward) {
    problem.a_scale = test::awkward_inputs(shape.m, seed + 1);
    problem.bias = test::awkward_inputs(shape.n, seed + 2);
  }
  return problem;
}

GemmS8S4F32Args make_args(const Case& shape, const Problem& problem) {
  GemmS8S4F32Args args;
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.block = shape.block;
  args.a = problem.a.data();
  args.a_stride = problem.a_stride;
  args.a_scale = problem.a_scale.data();
  args.a_zero_point = problem.zero_point.data();
  args.a_scale_stride = shape.a_scale_stride;
  args.w = reinterpret_cast<const uint8_t*>(problem.packed.data());
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s4(shape.k, shape.block));
  args.comp = reinterpret_cast<const float*>(
      args.w + static_cast<size_t>(panel_comp_offset_s4(shape.n, shape.k, shape.block)));
  args.table = shape.table;
  args.bias = shape.bias ? problem.bias.data() : nullptr;
  args.clamp_min = shape.clamp_min;
  args.clamp_max = shape.clamp_max;
  return args;
}

struct Expected {
  double value;
  double tolerance;
};

// Dequantizes both sides first, in double: no zero-point algebra, no comp.
Expected real_value(const Case& shape, const Problem& problem, size_t i, size_t j) {
  const size_t q = i * shape.a_scale_stride;
  const double a_scale = static_cast<double>(problem.a_scale[q]);
  double sum = 0.0;
  double size = 0.0;
  for (size_t k = 0; k < shape.k; ++k) {
    const int a = problem.a[i * problem.a_stride + k];
    const double w = problem.scales[j * problem.blocks + k / shape.block] *
                     shape.table[problem.codes[j * shape.k + k]];
    sum += a_scale * (a - problem.zero_point[q]) * w;
    size += a_scale * (a + problem.zero_point[q]) * std::fabs(w);
  }
  const double bias = shape.bias ? static_cast<double>(problem.bias[j]) : 0.0;
  const double value = std::fmin(std::fmax(sum + bias, static_cast<double>(shape.clamp_min)),
                                 static_cast<double>(shape.clamp_max));
  // One rounding a block, and five after.
  const double roundings = static_cast<double>(problem.blocks) + 5;
  return {value, roundings * 0x1p-24 * (size + std::fabs(bias))};
}

void check_scalar(const Case& shape, const Problem& problem, const Guarded<float>& scalar,
                  size_t c_stride) {
  for (size_t i = 0; i < shape.m; ++i) {
    for (size_t j = 0; j < shape.n; ++j) {
      const Expected expected = real_value(shape, problem, i, j);
      const double error =
          std::fabs(static_cast<double>(scalar[i * c_stride + j]) - expected.value);
      if (!(error <= expected.tolerance)) FAIL("row " << i << " column " << j);
    }
  }
}

// What the kernels read lies between pages that nobody may touch, what they write ends at one.
void check(const Case& shape, unsigned seed) {
  const Problem problem = make_problem(shape, seed);
  GemmS8S4F32Args args = make_args(shape, problem);
  args.c_stride = shape.n + shape.c_extra;
  test::Fences fences(seed % 8 == 0);
  const size_t quantized = shape.a_scale_stride == 0 ? 1 : shape.m;
  const size_t panels = static_cast<size_t>(panel_count(shape.n));
  args.a = fences.copy(problem.a);
  args.a_scale = fences.copy(args.a_scale, quantized);
  args.a_zero_point = fences.copy(args.a_zero_point, quantized);
  args.w = fences.copy(args.w, panels * args.w_panel_stride);
  args.comp = fences.copy(args.comp, 8 * panels);
  args.table = fences.copy(args.table, 16);
  if (shape.bias) args.bias = fences.copy(problem.bias);
  const Guarded<float> untouched((shape.m - 1) * args.c_stride + shape.n);
  INFO("m " << shape.m << " n " << shape.n << " k " << shape.k << " seed " << seed);
  const Guarded<float> scalar = test::check_variants(kGemmS8S4F32, untouched, [&](float* c) {
    args.c = c;
    return args;
  });
  if (!shape.awkward) check_scalar(shape, problem, scalar, args.c_stride);
  for (size_t at = 0; at < scalar.size(); ++at) {
    if (at % args.c_stride >= shape.n && scalar[at] != untouched[at]) FAIL("written at " << at);
  }
}

TEST_CASE("gemm_s8s4_f32 equals real arithmetic and itself on every ISA", "[gemm_s8s4_f32]") {
  const Case cases[] = {
      {1, 1, 1},
      {1, 8, 8, 64},
      {2, 16, 32, 128},
      {3, 17, 33},
      {1, 33, 100},
      {5, 24, 100, 64},
      {6, 40, 576, 128},
      {7, 40, 576, 64, kInt4Table, true, 0},
      {8, 48, 640, 32, kInt4Table, true, 1, 0.0f},
      {9, 10, 896, 128, kInt4Table, true, 1, -1.0f, 6.0f, false},
      {1, 96, 896, 64, kInt4Table, true},
      {12, 96, 1100},
      {1, 24, 1160, 128, kMxfp4, true},
      {13, 24, 1160, 32, kMxfp4, true},
      {13, 24, 620, 64, kMxfp4, true},
      {1, 24, 601, 32, kWide},
      {15, 24, 601, 128, kWide, true},
      {5, 31, 520, 64, kNoZero, true},
      {1, 31, 520, 128, kNoZero, true},
      {97, 23, 40, 32, kInt4Table, false, 1, -kInfinity, kInfinity, true, 3, 0},
      {100, 50, 65, 32, kWide},
      {67, 75, 616},
      {1, 75, 4200, 64},
      {6, 17, 200, 64, kFar, true},
      {1, 17, 200, 64, kFar, true},
      {6, 17, 200, 64, kEven, true},
      {1, 17, 200, 64, kEven, true},
  };
  unsigned seed = 1;
  for (const Case& shape : cases) check(shape, seed++);
}

TEST_CASE("gemm_s8s4_f32 of random shapes", "[gemm_s8s4_f32][random]") {
  test::ShapeRandom random(7);
  const int8_t* const tables[] = {kInt4Table, kInt4Table, kMxfp4, kWide, kNoZero, kFar, kEven};
  for (unsigned i = 0; i < test::random_rounds(); ++i) {
    const auto [m, n, k] = random.product();
    Case shape = {random.one_in(5) ? 1 : m, n, k};
    shape.block = size_t{32} << random.pick(0, 2);
    shape.table = tables[random.pick(0, 6)];
    if (shape.table == kNoZero || shape.table == kFar) shape.k = (shape.k + 7) / 8 * 8;
    shape.extreme = random.one_in(4);
    shape.awkward = random.one_in(3);
    shape.a_scale_stride = random.pick(0, 1);
    if (random.one_in(3)) shape.clamp_min = random.one_in(2) ? 0.0f : -0.7f;
    if (random.one_in(3)) shape.clamp_max = random.one_in(2) ? 6.0f : 0.1f;
    shape.bias = !random.one_in(4);
    shape.a_extra = random.pick(0, 8);
    shape.c_extra = random.pick(0, 8);
    check(shape, 100 + i);
  }
}

// Every height up to two tiles of every form, and around the sizes of row chunks; k that ends
// inside a line, a step of 16-bit sums and a block, and behind a chunk.
TEST_CASE("gemm_s8s4_f32 heights and depths", "[gemm_s8s4_f32]") {
  const int8_t* const tables[] = {kInt4Table, kMxfp4, kWide};
  unsigned seed = 1000;
  for (const int8_t* table : tables) {
    for (size_t m = 1; m <= 17; ++m) {
      for (const size_t k : {size_t{7}, size_t{33}, size_t{640}}) {
        check({m, 41, k, size_t{32} << seed % 3, table, seed % 2 == 0}, seed);
        ++seed;
      }
    }
    for (const size_t m : {size_t{127}, size_t{129}, size_t{259}}) {
      check({m, 19, 576, 64, table, true}, seed++);
    }
  }
  for (const size_t k : {size_t{511}, size_t{896}, size_t{1063}, size_t{2048}}) {
    for (const size_t block : {size_t{32}, size_t{64}, size_t{128}}) {
      check({1, 75, k, block, kInt4Table, true}, seed++);
      check({8, 9, k, block, kInt4Table, true}, seed++);
      check({11, 24, k, block, kInt4Table, true}, seed++);
    }
  }
}

TEST_CASE("gemm_s8s4_f32 split over columns and rows gives the same bits", "[gemm_s8s4_f32]") {
  const Case shape = {50, 56, 200, 64};
  const Problem problem = make_problem(shape, 3);
  GemmS8S4F32Args args = make_args(shape, problem);
  args.c_stride = shape.n;
  const IsaSet isa = detect_isa();
  for (size_t v = 0; v < kGemmS8S4F32.count; ++v) {
    if (!isa.has(kGemmS8S4F32.variants[v].isa)) continue;
    std::vector<float> whole(shape.m * shape.n), parts(shape.m * shape.n);
    args.c = whole.data();
    kGemmS8S4F32.variants[v].run(args);
    for (size_t i = 0; i < shape.m; i += 7) {
      for (size_t j = 0; j < shape.n; j += 24) {
        GemmS8S4F32Args part = args;
        part.m = shape.m - i < 7 ? shape.m - i : 7;
        part.n = shape.n - j < 24 ? shape.n - j : 24;
        part.a += i * args.a_stride;
        part.a_scale += i;
        part.a_zero_point += i;
        part.w += j / kQuantPanelRows * args.w_panel_stride;
        part.comp += j;
        part.bias += j;
        part.c = parts.data() + i * shape.n + j;
        kGemmS8S4F32.variants[v].run(part);
      }
    }
    REQUIRE(std::memcmp(whole.data(), parts.data(), whole.size() * sizeof(float)) == 0);
  }
}

}  // namespace
}  // namespace linnet
