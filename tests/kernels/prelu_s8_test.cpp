#include "kernels/prelu_s8/prelu_s8.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

int8_t expected_value(const PreluS8Args& args, int8_t x, float negative_multiplier) {
  const int v = x - args.zero_point_in;
  const float t = static_cast<float>(v) * (v >= 0 ? args.multiplier : negative_multiplier);
  return quantized(static_cast<double>(t), args.zero_point_out);
}

TEST_CASE("prelu_s8 variants agree and follow the formula", "[unary]") {
  for (const size_t channels : kCounts) {
    const size_t outer = 3, count = outer * channels;
    const auto x = random_s8(count, 1);
    const auto slope = random_floats(channels, -1.0f, 2.0f, 2);
    PreluS8Args args = {x.data(), nullptr, outer, channels, -11, 20, 0.83f, slope.data()};
    const auto y = check_variants<int8_t>(kPreluS8, count, [&](int8_t* out) {
      args.y = out;
      return args;
    });
    check_values(y, [&](size_t i) { return expected_value(args, x[i], slope[i % channels]); });
  }
}

TEST_CASE("prelu_s8 of random shapes", "[unary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(0, 4), channels = random.size(100);
    const auto x = any_s8(random, outer * channels);
    std::vector<float> slope(channels);
    for (float& v : slope) v = random.one_in(2) ? any_multiplier(random) : -any_multiplier(random);
    Fences fences(random.one_in(8));
    const int32_t zero_in = random.s8(), zero_out = random.s8();
    PreluS8Args args = {
        fences.copy(x),         nullptr,           outer, channels, zero_in, zero_out,
        any_multiplier(random), fences.copy(slope)};
    const bool in_place = random.one_in(3);
    const auto y = check_variants(kPreluS8, Guarded<int8_t>(x), [&](int8_t* out) {
      args.y = out;
      if (in_place) args.x = out;
      return args;
    });
    check_values(y, [&](size_t i) { return expected_value(args, x[i], slope[i % channels]); });
  }
}

}  // namespace
}  // namespace linnet::test
