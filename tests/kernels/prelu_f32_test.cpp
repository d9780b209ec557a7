#include "kernels/prelu_f32/prelu_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("prelu_f32 variants agree and follow the definition", "[unary]") {
  for (const size_t channels : kCounts) {
    const size_t outer = 3, count = outer * channels;
    const auto x = awkward_floats(count, 1);
    const auto slope = random_floats(channels, -1.0f, 2.0f, 2);
    const auto y = check_variants<float>(kPreluF32, count, [&](float* out) {
      return PreluF32Args{x.data(), out, outer, channels, slope.data()};
    });
    for (size_t i = 0; i < count; ++i) {
      const double value = static_cast<double>(x[i]);
      const double expected = value >= 0 ? value : value * static_cast<double>(slope[i % channels]);
      REQUIRE(same_value(y[i], static_cast<float>(expected)));
    }
  }
}

TEST_CASE("prelu_f32 of random shapes", "[unary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(0, 4), channels = random.size(100);
    const auto x = any_floats(random, outer * channels);
    Fences fences(random.one_in(8));
    PreluF32Args args = {fences.copy(x), nullptr, outer, channels,
                         fences.copy(any_floats(random, channels))};
    const bool in_place = random.one_in(3);
    check_variants(kPreluF32, Guarded<float>(x), [&](float* out) {
      args.y = out;
      if (in_place) args.x = out;
      return args;
    });
  }
}

}  // namespace
}  // namespace linnet::test
