#include "kernels/depthwise_f32/depthwise_f32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/depthwise_window_cases.h"
#include "tests/kernels/fenced.h"
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

// What the kernels read lies between pages that nobody may touch.
DepthwiseF32Args make_args(const DepthwiseCase& s, const Problem& p, test::Fences& fences) {
  DepthwiseF32Args args{};
  test::set_window(s, &args);
  args.x = fences.copy(p.x);
  args.weights = fences.copy(p.weights);
  args.bias = s.bias ? fences.copy(p.bias) : nullptr;
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
  if (!(std::abs(static_cast<double>(value) - sum) <= 1.01 * taps * 0x1p-24 * magnitude)) {
    FAIL("row " << oh << " column " << ow << " channel " << c);
  }
}

void check(const DepthwiseCase& s, uint32_t seed, bool awkward) {
  const auto values = [&](size_t count, uint32_t offset) {
    return awkward ? test::awkward_inputs(count, seed + offset)
                   : test::random_floats(count, -1.0f, 1.0f, seed + offset);
  };
  const Problem p{values(s.x_size(), 1), values(s.kernel_h * s.kernel_w * s.c, 2), values(s.c, 3)};
  INFO(s << " seed " << seed);
  test::Fences fences(seed % 4 == 0);
  DepthwiseF32Args args = make_args(s, p, fences);
  const Guarded<float> untouched(s.y_size());
  const Guarded<float> y = check_variants(kDepthwiseF32, untouched, [&](float* out) {
    args.y = out;
    return args;
  });
  for (size_t at = 0; at < y.size(); ++at) {
    size_t oh, ow, c;
    if (!s.output_at(at, &oh, &ow, &c)) {
      if (!test::same_value(y[at], untouched[at])) FAIL("written at " << at);
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

TEST_CASE("depthwise_f32 of random shapes", "[depthwise_f32][random]") {
  test::ShapeRandom random(3);
  for (size_t round = test::random_rounds(); round-- > 0;) {
    const DepthwiseCase s = test::random_depthwise_case(random);
    check(s, random.seed(), random.one_in(2));
  }
}

}  // namespace
}  // namespace linnet
