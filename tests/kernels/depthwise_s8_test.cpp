#include "kernels/depthwise_s8/depthwise_s8.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/depthwise_window_cases.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet {
namespace {

using test::DepthwiseCase;
using test::Guarded;

struct Problem {
  std::vector<int8_t> x, weights;
  std::vector<int32_t> bias;
  std::vector<float> scale;
  int32_t x_zero, y_zero, clamp_min, clamp_max;
};

enum class Numbers {
  usual,
  small_scales,  // the largest products and sums beyond int32, scales below 1
  any_scales     // the same, and requantized sums beyond int32
};

Problem make_problem(const DepthwiseCase& s, uint32_t seed, Numbers numbers) {
  const bool extreme = numbers != Numbers::usual, large = numbers == Numbers::any_scales;
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  Problem p;
  p.x.resize(s.x_size());
  p.weights.resize(s.kernel_h * s.kernel_w * s.c);
  for (int8_t& v : p.x)
    v = static_cast<int8_t>(extreme ? pick(0, 9) ? -128 : 127 : pick(-128, 127));
  for (int8_t& v : p.weights) {
    v = static_cast<int8_t>(extreme ? pick(0, 9) ? -127 : 127 : pick(-127, 127));
  }
  const double spread = 1.0 / (80.0 * std::sqrt(static_cast<double>(s.kernel_h * s.kernel_w)));
  for (size_t c = 0; c < s.c; ++c) {
    p.bias.push_back(extreme ? pick(0, 1) ? std::numeric_limits<int32_t>::max()
                                          : std::numeric_limits<int32_t>::min()
                             : pick(-3000, 3000));
    const float scales[] = {0x1p-7f, static_cast<float>(spread),
                            large     ? 3e38f
                            : extreme ? 0x1.fffffep-1f
                                      : 0.01f,
                            extreme ? 1e-45f : 0.5f};
    p.scale.push_back(scales[random() % 4]);  // the power of two makes ties
  }
  p.x_zero = extreme ? (pick(0, 1) ? 127 : -128) : pick(-128, 127);
  p.y_zero = extreme ? (pick(0, 1) ? 127 : -128) : pick(-128, 127);
  p.clamp_min = s.clamp ? pick(-128, 0) : -128;
  p.clamp_max = s.clamp ? pick(0, 127) : 127;
  return p;
}

// `fenced`: the arrays of p between pages that nobody may touch.
Guarded<int8_t> run(const DepthwiseCase& s, const Problem& p, const DepthwiseS8PrepareArgs& fenced,
                    const int8_t* x, size_t variant) {
  REQUIRE(kDepthwiseS8.variants[variant].isa == kDepthwiseS8Prepare.variants[variant].isa);
  const size_t bytes = depthwise_s8_prepared_bytes(s.c, s.kernel_h, s.kernel_w);
  REQUIRE(bytes > 0);
  const size_t rest = (64 - bytes % 64) % 64;
  const test::FencedRoom room(bytes + rest, false);
  uint8_t* const prepared = room.data();
  memset(prepared, 0x5A, bytes + rest);
  kDepthwiseS8Prepare.variants[variant].run(fenced, prepared);
  for (size_t i = 0; i < rest; ++i) REQUIRE(prepared[bytes + i] == 0x5A);
  Guarded<int8_t> y(s.y_size());
  DepthwiseS8Args args{};
  test::set_window(s, &args);
  args.x = x;
  args.prepared = prepared;
  args.y = y.data();
  args.x_zero = p.x_zero;
  args.y_zero = p.y_zero;
  args.clamp_min = p.clamp_min;
  args.clamp_max = p.clamp_max;
  kDepthwiseS8.variants[variant].run(args);
  REQUIRE(y.intact());
  return y;
}

int8_t expected_value(const DepthwiseCase& s, const Problem& p, size_t oh, size_t ow, size_t c) {
  int64_t sum = s.bias ? p.bias[c] : 0;
  test::for_taps_inside(s, oh, ow, [&](size_t tap, size_t at) {
    sum += int64_t{p.x[at + c] - p.x_zero} * p.weights[tap * s.c + c];
  });
  const auto wrapped = static_cast<int32_t>(static_cast<uint32_t>(sum));
  const float product = static_cast<float>(wrapped) * p.scale[c];
  return test::quantized(static_cast<double>(product), p.y_zero, p.clamp_min, p.clamp_max);
}

void check(const DepthwiseCase& s, uint32_t seed, Numbers numbers) {
  const Problem p = make_problem(s, seed, numbers);
  test::Fences fences(seed % 4 == 0);
  const int8_t* x = fences.copy(p.x);
  const DepthwiseS8PrepareArgs fenced = {fences.copy(p.weights),
                                         s.bias ? fences.copy(p.bias) : nullptr,
                                         fences.copy(p.scale),
                                         s.c,
                                         s.kernel_h,
                                         s.kernel_w,
                                         p.x_zero};
  INFO(s << " seed " << seed);
  const Guarded<int8_t> untouched(s.y_size());
  Guarded<int8_t> expected = untouched;
  for (size_t at = 0; at < expected.size(); ++at) {
    size_t oh, ow, c;
    if (s.output_at(at, &oh, &ow, &c)) expected.data()[at] = expected_value(s, p, oh, ow, c);
  }
  for (size_t v = 0; v < kDepthwiseS8.count; ++v) {
    if (!detect_isa().has(kDepthwiseS8.variants[v].isa)) continue;
    INFO(isa_name(kDepthwiseS8.variants[v].isa));
    const Guarded<int8_t> y = run(s, p, fenced, x, v);
    const size_t at = test::first_difference(y, expected);
    if (at < y.size()) FAIL("at " << at << ": " << +y[at] << " instead of " << +expected[at]);
  }
}

TEST_CASE("depthwise_s8 of many windows", "[depthwise_s8]") {
  uint32_t seed = 1;
  for (const DepthwiseCase& s : test::depthwise_cases()) check(s, seed++, Numbers::usual);
}

TEST_CASE("depthwise_s8 at the limits of its numbers", "[depthwise_s8]") {
  uint32_t seed = 1;
  for (const DepthwiseCase& s : test::depthwise_cases()) {
    check(s, seed++, Numbers::small_scales);
    check(s, seed++, Numbers::any_scales);
  }
}

TEST_CASE("depthwise_s8 of random shapes", "[depthwise_s8][random]") {
  test::ShapeRandom random(3);
  for (size_t round = test::random_rounds(); round-- > 0;) {
    const DepthwiseCase s = test::random_depthwise_case(random);
    const auto numbers =
        random.one_in(2) ? Numbers::usual : static_cast<Numbers>(random.pick(1, 2));
    check(s, random.seed(), numbers);
  }
}

TEST_CASE("depthwise_s8 refuses sizes that it cannot hold", "[depthwise_s8]") {
  REQUIRE(depthwise_s8_prepared_bytes(1, 32, 32) > 0);
  REQUIRE(depthwise_s8_prepared_bytes(1, 1025, 1) == 0);
  REQUIRE(depthwise_s8_prepared_bytes(1, SIZE_MAX, SIZE_MAX) == 0);
  REQUIRE(depthwise_s8_prepared_bytes(1, 0, 3) == 0);
  REQUIRE(depthwise_s8_prepared_bytes(SIZE_MAX - 3, 3, 3) == 0);
}

}  // namespace
}  // namespace linnet
