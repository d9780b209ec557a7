#include "kernels/prelu_s8/prelu_s8.h"

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("prelu_s8 variants agree and follow the formula", "[unary]") {
  for (const size_t channels : kCounts) {
    const size_t outer = 3, count = outer * channels;
    const auto x = random_s8(count, 1);
    const auto slope = random_floats(channels, -1.0f, 2.0f, 2);
    const auto make = [&](int8_t* out) {
      return PreluS8Args{x.data(), out, outer, channels, -11, 20, 0.83f, slope.data()};
    };
    const auto y = check_variants<int8_t>(kPreluS8, count, make);
    for (size_t i = 0; i < count; ++i) {
      const int v = x[i] + 11;
      const float t = static_cast<float>(v) * (v >= 0 ? 0.83f : slope[i % channels]);
      REQUIRE(+y[i] == +quantized(static_cast<double>(t), 20));
    }
  }
}

}  // namespace
}  // namespace linnet::test
