#include "kernels/gemm_s8s8/gemm_s8s8.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/pack/pack_panels_s8.h"
#include "kernels/requantize.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/quantized_gemm_weights.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::Guarded;
using test::WeightKind;

enum class Rows { random, extreme, lowest, highest };

struct Case {
  size_t m, n, k;
  WeightKind weights = WeightKind::uniform;
  Rows rows = Rows::random;
  int32_t zero_point = 0;
  int32_t min = -128;
  int32_t max = 127;
  bool bias = true;
  size_t a_extra = 0;  // bytes between the end of a padded row and the next
  size_t c_extra = 3;
};

struct Problem {
  std::vector<int8_t> a, w;
  std::vector<uint64_t> packed;
  std::vector<int32_t> bias;
  std::vector<float> scale;
  size_t a_stride;
};

Problem make_problem(const Case& shape, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  Problem problem;
  problem.a_stride = (shape.k + 3) / 4 * 4 + shape.a_extra;
  problem.a.resize((shape.m - 1) * problem.a_stride + (shape.k + 3) / 4 * 4);
  // The pad of each row holds random values too.
  for (int8_t& value : problem.a) {
    const int number = shape.rows == Rows::random    ? pick(-128, 127)
                       : shape.rows == Rows::lowest  ? -128
                       : shape.rows == Rows::highest ? 127
                       : pick(0, 7) == 0             ? 127
                                                     : -128;
    value = static_cast<int8_t>(number);
  }
  problem.w = test::make_weights(shape.weights, shape.n, shape.k, seed);
  problem.packed.resize(static_cast<size_t>(panels_size_s8(shape.n, shape.k)) / 8 + 1);
  REQUIRE(pack_panels_s8(problem.w.data(), shape.k, shape.n, shape.k, problem.packed.data()));
  for (size_t j = 0; j < shape.n; ++j) {
    problem.bias.push_back(pick(-100000, 100000));
    // Powers of two make ties; others spread the results over and beyond int8.
    const double spread = 60.0 / (4000.0 * std::sqrt(static_cast<double>(shape.k)));
    problem.scale.push_back(
        static_cast<float>(j % 3 == 0 ? 0x1p-9 : spread * static_cast<double>(1 + j % 5)));
  }
  return problem;
}

int8_t expected_value(const Case& shape, const Problem& problem, size_t i, size_t j) {
  int64_t acc = shape.bias ? problem.bias[j] : 0;
  for (size_t k = 0; k < shape.k; ++k) {
    acc += int64_t{problem.a[i * problem.a_stride + k]} * problem.w[j * shape.k + k];
  }
  const float product = static_cast<float>(acc) * problem.scale[j];
  double value = std::nearbyint(static_cast<double>(product)) + shape.zero_point;
  if (value < shape.min) value = shape.min;
  if (value > shape.max) value = shape.max;
  return static_cast<int8_t>(value);
}

GemmS8S8Args make_args(const Case& shape, const Problem& problem) {
  GemmS8S8Args args;
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.a = problem.a.data();
  args.a_stride = problem.a_stride;
  args.w = reinterpret_cast<const int8_t*>(problem.packed.data());
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k));
  args.order_stride = group_order_bytes(shape.k);
  args.bias = shape.bias ? problem.bias.data() : nullptr;
  args.scale = problem.scale.data();
  args.zero_point = shape.zero_point;
  args.min = shape.min;
  args.max = shape.max;
  args.c_stride = shape.n + shape.c_extra;
  return args;
}

// What the kernels read ends (or begins) at pages that cannot be read, what they write ends at one.
void check(const Case& shape, unsigned seed) {
  const Problem problem = make_problem(shape, seed);
  GemmS8S8Args args = make_args(shape, problem);
  const Guarded<int8_t> untouched((shape.m - 1) * args.c_stride + shape.n);
  Guarded<int8_t> expected = untouched;
  for (size_t i = 0; i < shape.m; ++i) {
    for (size_t j = 0; j < shape.n; ++j) {
      expected.data()[i * args.c_stride + j] = expected_value(shape, problem, i, j);
    }
  }
  test::Fences fences(seed % 8 == 0);
  args.a = fences.copy(problem.a);
  args.w = fences.copy(args.w, static_cast<size_t>(panel_row_sums_offset_s8(shape.n, shape.k)));
  args.scale = fences.copy(problem.scale);
  if (shape.bias) args.bias = fences.copy(problem.bias);
  for (size_t v = 0; v < kGemmS8S8.count; ++v) {
    const auto& variant = kGemmS8S8.variants[v];
    if (!detect_isa().has(variant.isa)) continue;
    const auto words = test::make_group_order(variant.isa, args.w, shape.n, shape.k);
    const uint64_t* order = fences.copy(words);
    for (const bool ordered : {false, true}) {
      if (ordered && words.empty()) continue;
      Guarded<int8_t> c = untouched;
      args.order = ordered ? order : nullptr;
      args.c = c.data();
      INFO(isa_name(variant.isa) << " m " << shape.m << " n " << shape.n << " k " << shape.k
                                 << " weights " << static_cast<int>(shape.weights) << " ordered "
                                 << ordered << " seed " << seed);
      variant.run(args);
      REQUIRE(c.intact());
      REQUIRE(test::first_difference(c, expected) == c.size());
    }
  }
}

TEST_CASE("gemm_s8s8 equals a plain triple loop", "[gemm_s8s8]") {
  constexpr WeightKind uniform = WeightKind::uniform, extreme = WeightKind::extreme;
  const Case cases[] = {
      {1, 1, 1},
      {1, 8, 4},
      {1, 90, 5000, extreme, Rows::extreme},
      {1, 128, 64},
      {1, 300, 1029, extreme, Rows::extreme},
      {1, 261, 5},
      {2, 16, 8},
      {3, 17, 5},
      {4, 33, 27},
      {5, 24, 100},
      {6, 9, 3},
      {7, 40, 64, uniform, Rows::random, 5, -128, 127, false},
      {8, 48, 576, uniform, Rows::random, -128, -128, 127},
      {9, 10, 640, uniform, Rows::random, 127, -10, 127},
      {10, 31, 31, uniform, Rows::random, 3, 3, 90, true, 5, 0},
      {11, 64, 36},
      {12, 96, 896, extreme, Rows::extreme},
      {13, 5, 4100, extreme, Rows::extreme},
      {25, 15, 2050, extreme, Rows::extreme, -7},
      {34, 300, 1030, WeightKind::normal},
      {49, 72, 128, uniform, Rows::random, 0, -128, 127, true, 1, 7},
      {97, 23, 12, extreme, Rows::extreme, 0, -128, 127, true, 3, 1},
      {100, 130, 65},
      {195, 12, 16},
  };
  unsigned seed = 1;
  for (const Case& shape : cases) check(shape, seed++);
}

TEST_CASE("gemm_s8s8 of random shapes, weights around the limits of 16 bits",
          "[gemm_s8s8][random]") {
  test::ShapeRandom random(7);
  for (unsigned i = 0; i < test::random_rounds(); ++i) {
    const auto [m, n, k] = random.product();
    Case shape = {m, n, k};
    shape.weights = static_cast<WeightKind>(random.pick(0, test::kWeightKinds - 1));
    shape.rows = static_cast<Rows>(random.pick(0, 3));
    shape.zero_point = random.s8();
    random.clamp(&shape.min, &shape.max);
    shape.bias = !random.one_in(4);
    shape.a_extra = random.pick(0, 8);
    shape.c_extra = random.pick(0, 8);
    check(shape, 100 + i);
  }
}

TEST_CASE("gemm_s8s8 split over columns gives the same bytes", "[gemm_s8s8]") {
  const Case shape = {14, 56, 72};
  const Problem problem = make_problem(shape, 3);
  GemmS8S8Args args = make_args(shape, problem);
  args.c_stride = shape.n;
  const IsaSet isa = detect_isa();
  for (size_t v = 0; v < kGemmS8S8.count; ++v) {
    if (!isa.has(kGemmS8S8.variants[v].isa)) continue;
    const auto order = test::make_group_order(kGemmS8S8.variants[v].isa, args.w, shape.n, shape.k);
    args.order = order.empty() ? nullptr : order.data();
    std::vector<int8_t> whole(shape.m * shape.n), parts(shape.m * shape.n);
    args.c = whole.data();
    kGemmS8S8.variants[v].run(args);
    for (size_t j = 0; j < shape.n; j += 24) {
      const size_t panel = j / kQuantPanelRows;
      GemmS8S8Args part = args;
      part.n = shape.n - j < 24 ? shape.n - j : 24;
      part.w += panel * args.w_panel_stride;
      if (!order.empty()) part.order = order.data() + panel * args.order_stride / 8;
      part.bias += j;
      part.scale += j;
      part.c = parts.data() + j;
      kGemmS8S8.variants[v].run(part);
    }
    REQUIRE(whole == parts);
  }
}

TEST_CASE("requantize rounds half to even and saturates", "[gemm_s8s8]") {
  REQUIRE(requantize_s8(1, 0.5f, 0, -128, 127) == 0);
  REQUIRE(requantize_s8(3, 0.5f, 0, -128, 127) == 2);
  REQUIRE(requantize_s8(-1, 0.5f, 0, -128, 127) == 0);
  REQUIRE(requantize_s8(-3, 0.5f, 0, -128, 127) == -2);
  REQUIRE(requantize_s8(5, 0.5f, 1, -128, 127) == 3);
  REQUIRE(requantize_s8(INT32_MAX, 3e38f, 4, -128, 127) == 127);
  REQUIRE(requantize_s8(INT32_MIN, 3e38f, 4, -100, 127) == -100);
  REQUIRE(requantize_s8(127, 1.0f, -128, -128, 127) == -1);
  for (int32_t acc = -3000; acc <= 3000; ++acc) {
    const double exact = std::nearbyint(static_cast<double>(static_cast<float>(acc) * 0.0625f)) + 7;
    const double clamped = exact < -128 ? -128 : exact > 127 ? 127 : exact;
    REQUIRE(requantize_s8(acc, 0.0625f, 7, -128, 127) == static_cast<int8_t>(clamped));
  }
}

}  // namespace
}  // namespace linnet
