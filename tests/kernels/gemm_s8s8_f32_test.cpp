#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/pack/pack_panels_s8.h"
#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/quantized_gemm_weights.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::Guarded;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Case {
  size_t m, n, k;
  bool extreme = false;
  size_t a_scale_stride = 1;
  float clamp_min = -kInfinity;
  float clamp_max = kInfinity;
  bool bias = true;
  size_t a_extra = 0;
  size_t c_extra = 3;
  test::WeightKind weights = test::WeightKind::uniform;
  bool awkward = false;        // any floats at all
  size_t residual_stride = 0;  // 0: none
};

struct Problem {
  std::vector<int8_t> a, w;
  std::vector<uint64_t> packed;
  std::vector<float> a_scale, w_scale, bias, residual;
  std::vector<int32_t> zero_point;
  size_t a_stride;
};

Problem make_problem(const Case& shape, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  const auto real = [&](float low, float high) {
    return low + (high - low) * static_cast<float>(random() % 65536) / 65536.0f;
  };
  Problem problem;
  problem.a_stride = (shape.k + 3) / 4 * 4 + shape.a_extra;
  problem.a.resize((shape.m - 1) * problem.a_stride + (shape.k + 3) / 4 * 4);
  for (int8_t& value : problem.a) value = static_cast<int8_t>(pick(-128, 127));
  if (shape.extreme) {
    for (int8_t& value : problem.a) value = pick(0, 7) == 0 ? int8_t{127} : int8_t{-128};
  }
  problem.w = test::make_weights(shape.extreme ? test::WeightKind::extreme : shape.weights, shape.n,
                                 shape.k, seed);
  problem.packed.resize(static_cast<size_t>(panels_size_s8(shape.n, shape.k)) / 8 + 1);
  REQUIRE(pack_panels_s8(problem.w.data(), shape.k, shape.n, shape.k, problem.packed.data()));
  for (size_t i = 0; i < shape.m; ++i) {
    problem.a_scale.push_back(real(0.001f, 0.1f));
    problem.zero_point.push_back(pick(-128, 127));
  }
  for (size_t j = 0; j < shape.n; ++j) {
    problem.w_scale.push_back(real(0.0001f, 0.01f));
    problem.bias.push_back(real(-3.0f, 3.0f));
  }
  problem.residual.resize((shape.m - 1) * shape.residual_stride + shape.n);
  for (float& value : problem.residual) value = real(-3.0f, 3.0f);
  if (shape.awkward) {
    problem.a_scale = test::awkward_inputs(shape.m, seed + 1);
    problem.w_scale = test::awkward_inputs(shape.n, seed + 2);
    problem.bias = test::awkward_inputs(shape.n, seed + 3);
    problem.residual = test::awkward_inputs(problem.residual.size(), seed + 4);
  }
  return problem;
}

GemmS8S8F32Args make_args(const Case& shape, const Problem& problem) {
  GemmS8S8F32Args args;
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.a = problem.a.data();
  args.a_stride = problem.a_stride;
  args.a_scale = problem.a_scale.data();
  args.a_zero_point = problem.zero_point.data();
  args.a_scale_stride = shape.a_scale_stride;
  args.w = reinterpret_cast<const int8_t*>(problem.packed.data());
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k));
  args.row_sums = reinterpret_cast<const int32_t*>(
      args.w + static_cast<size_t>(panel_row_sums_offset_s8(shape.n, shape.k)));
  args.w_scale = problem.w_scale.data();
  args.bias = shape.bias ? problem.bias.data() : nullptr;
  args.clamp_min = shape.clamp_min;
  args.clamp_max = shape.clamp_max;
  return args;
}

// Subtracts the zero point from every value, and scales in double: no row sums.
double real_value(const Case& shape, const Problem& problem, size_t i, size_t j, double* size) {
  const size_t q = i * shape.a_scale_stride;
  const int8_t* a = problem.a.data() + i * problem.a_stride;
  const int8_t* w = problem.w.data() + j * shape.k;
  const int32_t zero_point = problem.zero_point[q];
  int64_t dot = 0;
  for (size_t k = 0; k < shape.k; ++k) dot += (a[k] - zero_point) * w[k];
  const double sum = static_cast<double>(problem.a_scale[q]) *
                     static_cast<double>(problem.w_scale[j]) * static_cast<double>(dot);
  double addend = shape.bias ? static_cast<double>(problem.bias[j]) : 0.0;
  *size = std::fabs(sum) + std::fabs(addend);
  if (shape.residual_stride != 0) {
    const double residual = static_cast<double>(problem.residual[i * shape.residual_stride + j]);
    addend += residual;
    *size += std::fabs(residual);
  }
  return std::fmin(std::fmax(sum + addend, static_cast<double>(shape.clamp_min)),
                   static_cast<double>(shape.clamp_max));
}

void check_scalar(const Case& shape, const Problem& problem, const Guarded<float>& scalar,
                  size_t c_stride) {
  for (size_t i = 0; i < shape.m; ++i) {
    for (size_t j = 0; j < shape.n; ++j) {
      double size;
      const double expected = real_value(shape, problem, i, j, &size);
      const double error = std::fabs(static_cast<double>(scalar[i * c_stride + j]) - expected);
      // float(acc), two products and a sum, and one more with a residual.
      const double roundings = shape.residual_stride != 0 ? 5 : 4;
      if (!(error <= roundings * 0x1p-24 * size)) FAIL("row " << i << " column " << j);
    }
  }
}

// What the kernels read ends (or begins) at pages that cannot be read, what they write ends at one.
void check(const Case& shape, unsigned seed) {
  const Problem problem = make_problem(shape, seed);
  GemmS8S8F32Args args = make_args(shape, problem);
  args.c_stride = shape.n + shape.c_extra;
  test::Fences fences(seed % 8 == 0);
  const size_t quantized = shape.a_scale_stride == 0 ? 1 : shape.m;
  const size_t panels = static_cast<size_t>(panel_count(shape.n));
  args.a = fences.copy(problem.a);
  args.a_scale = fences.copy(args.a_scale, quantized);
  args.a_zero_point = fences.copy(args.a_zero_point, quantized);
  args.w = fences.copy(args.w, panels * args.w_panel_stride);
  args.row_sums = fences.copy(args.row_sums, 8 * panels);
  args.w_scale = fences.copy(problem.w_scale);
  if (shape.bias) args.bias = fences.copy(problem.bias);
  if (shape.residual_stride != 0) {
    args.residual = fences.copy(problem.residual);
    args.residual_stride = shape.residual_stride;
  }
  args.order_stride = group_order_bytes(shape.k);
  const Guarded<float> untouched((shape.m - 1) * args.c_stride + shape.n);
  Guarded<float> scalar = untouched;
  args.c = scalar.data();
  gemm_s8s8_f32_scalar(args);
  INFO("m " << shape.m << " n " << shape.n << " k " << shape.k << " seed " << seed);
  REQUIRE(scalar.intact());
  if (!shape.awkward) check_scalar(shape, problem, scalar, args.c_stride);
  for (size_t at = 0; at < scalar.size(); ++at) {
    if (at % args.c_stride >= shape.n && scalar[at] != untouched[at]) FAIL("written at " << at);
  }
  for (size_t v = 0; v < kGemmS8S8F32.count; ++v) {
    const auto& variant = kGemmS8S8F32.variants[v];
    if (!detect_isa().has(variant.isa)) continue;
    const auto words = test::make_group_order(variant.isa, args.w, shape.n, shape.k);
    const uint64_t* order = fences.copy(words);
    for (const bool ordered : {false, true}) {
      if (ordered && words.empty()) continue;
      Guarded<float> c = untouched;
      args.order = ordered ? order : nullptr;
      args.c = c.data();
      INFO(isa_name(variant.isa) << " ordered " << ordered);
      variant.run(args);
      REQUIRE(c.intact());
      REQUIRE(test::first_difference(c, scalar) == c.size());
    }
  }
}

TEST_CASE("gemm_s8s8_f32 equals real arithmetic and itself on every ISA", "[gemm_s8s8_f32]") {
  const Case cases[] = {
      {1, 1, 1},
      {1, 8, 4},
      {1, 128, 64},
      {1, 300, 1029},
      {1, 261, 5, true, 0},
      {2, 16, 8},
      {3, 17, 5},
      {4, 33, 27},
      {5, 24, 100},
      {7, 40, 64, false, 0},
      {8, 48, 576, false, 1, 0.0f},
      {9, 10, 640, false, 1, -1.0f, 6.0f, false},
      {12, 96, 896, true},
      {13, 5, 4100, true},
      {25, 15, 2050, true, 0, 0.0f, 6.0f},
      {97, 23, 12, false, 1, -kInfinity, kInfinity, true, 3, 0},
      {100, 130, 65},
      {67, 75, 301},
  };
  unsigned seed = 1;
  for (Case shape : cases) {
    check(shape, seed++);
    shape.residual_stride = shape.n + 1;
    check(shape, seed++);
  }
}

TEST_CASE("gemm_s8s8_f32 of random shapes", "[gemm_s8s8_f32][random]") {
  test::ShapeRandom random(7);
  for (unsigned i = 0; i < test::random_rounds(); ++i) {
    const auto [m, n, k] = random.product();
    Case shape = {m, n, k};
    shape.extreme = random.one_in(4);
    shape.weights = static_cast<test::WeightKind>(random.pick(0, test::kWeightKinds - 1));
    shape.a_scale_stride = random.pick(0, 1);
    shape.awkward = random.one_in(3);
    if (random.one_in(3)) shape.clamp_min = random.one_in(2) ? 0.0f : -0.7f;
    if (random.one_in(3)) shape.clamp_max = random.one_in(2) ? 6.0f : 0.1f;
    shape.bias = !random.one_in(4);
    shape.a_extra = random.pick(0, 8);
    shape.c_extra = random.pick(0, 8);
    if (random.one_in(3)) shape.residual_stride = n + random.pick(0, 5);
    check(shape, 100 + i);
  }
}

TEST_CASE("gemm_s8s8_f32 lets NaN and signed zero through alike", "[gemm_s8s8_f32]") {
  const Case shape = {5, 19, 12, false, 1, 0.0f, 6.0f};
  Problem problem = make_problem(shape, 5);
  problem.a_scale[1] = std::numeric_limits<float>::quiet_NaN();
  problem.a_scale[2] = kInfinity;
  problem.a_scale[3] = -0.0f;
  for (size_t j = 0; j < shape.n; j += 2) problem.bias[j] = -0.0f;
  GemmS8S8F32Args args = make_args(shape, problem);
  args.c_stride = shape.n;
  std::vector<float> scalar(shape.m * shape.n);
  args.c = scalar.data();
  gemm_s8s8_f32_scalar(args);
  REQUIRE(std::isnan(scalar[shape.n]));
  const IsaSet isa = detect_isa();
  for (size_t v = 0; v < kGemmS8S8F32.count; ++v) {
    if (!isa.has(kGemmS8S8F32.variants[v].isa)) continue;
    const auto order =
        test::make_group_order(kGemmS8S8F32.variants[v].isa, args.w, shape.n, shape.k);
    std::vector<float> c(scalar.size());
    args.order = order.empty() ? nullptr : order.data();
    args.order_stride = group_order_bytes(shape.k);
    args.c = c.data();
    kGemmS8S8F32.variants[v].run(args);
    for (size_t at = 0; at < c.size(); ++at) {
      if (std::isnan(scalar[at])) {
        REQUIRE(std::isnan(c[at]));
      } else {
        REQUIRE(std::memcmp(&c[at], &scalar[at], sizeof(float)) == 0);
      }
    }
  }
}

}  // namespace
}  // namespace linnet
