#include "kernels/depthwise_f32/depthwise_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/depthwise_window_cases.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet {
namespace {

using test::check_variants;
using test::DepthwiseCase;
using test::Guarded;

constexpr float kInf = std::numeric_limits<float>::infinity();

struct Problem {
  std::vector<float> x, weights, bias;
};

DepthwiseF32Args make_args(const DepthwiseCase& s, const Problem& p, float* y) {
  DepthwiseF32Args args{};
  test::set_window(s, &args);
  args.x = p.x.data();
  args.weights = p.weights.data();
  args.bias = s.bias ? p.bias.data() : nullptr;
  args.y = y;
  args.clamp_min = s.clamp ? -0.25f : -kInf;
  args.clamp_max = s.clamp ? 0.5f : kInf;
  return args;
}

void check_value(const DepthwiseCase& s, const Problem& p, size_t oh, size_t ow, size_t c,
                 float value) {
  double sum = s.bias ? static_cast<double>(p.bias[c]) : 0.0;
  double magnitude = std::abs(sum);
  test::for_taps_inside(s, oh, ow, [&](size_t tap, size_t at) {
    const double product =
        static_cast<double>(p.x[at + c]) * static_cast<double>(p.weights[tap * s.c + c]);
    sum += product;
    magnitude += std::abs(product);
  });
  if (s.clamp) sum = std::fmin(std::fmax(sum, -0.25), 0.5);
  const double taps = static_cast<double>(s.kernel_h * s.kernel_w + 1);
  INFO("row " << oh << " column " << ow << " channel " << c);
  REQUIRE(std::abs(static_cast<double>(value) - sum) <= 1.01 * taps * 0x1p-24 * magnitude);
}

void check(const DepthwiseCase& s, uint32_t seed, bool awkward) {
  const auto values = [&](size_t count, uint32_t offset) {
    return awkward ? test::awkward_inputs(count, seed + offset)
                   : test::random_floats(count, -1.0f, 1.0f, seed + offset);
  };
  const Problem p{values(s.x_size(), 1), values(s.kernel_h * s.kernel_w * s.c, 2), values(s.c, 3)};
  INFO(s);
  const Guarded<float> untouched(s.y_size());
  const Guarded<float> y =
      check_variants(kDepthwiseF32, untouched, [&](float* out) { return make_args(s, p, out); });
  for (size_t at = 0; at < y.size(); ++at) {
    size_t oh, ow, c;
    if (!s.output_at(at, &oh, &ow, &c)) {
      REQUIRE(test::same_value(y[at], untouched[at]));
    } else if (!awkward) {
      check_value(s, p, oh, ow, c, y[at]);
    }
  }
}

TEST_CASE("depthwise_f32 of many windows", "[depthwise_f32]") {
  uint32_t seed = 1;
  for (const DepthwiseCase& s : test::depthwise_cases()) check(s, seed++, false);
}

TEST_CASE("depthwise_f32 keeps NaN, infinities and signed zeros alike on every ISA",
          "[depthwise_f32]") {
  uint32_t seed = 1;
  for (const DepthwiseCase& s : test::depthwise_cases()) check(s, seed++, true);
}

}  // namespace
}  // namespace linnet
