#include "kernels/prelu_f32/prelu_f32.h"

#include "tests/kernels/kernel_variants.h"

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

}  // namespace
}  // namespace linnet::test
