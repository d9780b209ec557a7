#include "kernels/requantize_s8/requantize_s8.h"

#include "kernels/requantize.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("requantize_s8 is the one formula, for every value", "[quantize]") {
  std::vector<int8_t> x(256 + 9);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<int8_t>(i);
  for (const float multiplier : {1.0f, 0.5f, 0.3371f, 1.7f, 250.0f, 1e-30f, 1e30f}) {
    for (const int32_t zero_in : {-128, -3, 0, 127}) {
      for (const int32_t zero_out : {-128, 0, 11, 127}) {
        for (const int8_t lo : {int8_t{-128}, int8_t{-20}}) {
          const auto make = [&](int8_t* y) {
            return RequantizeS8Args{x.data(), y, x.size(), zero_in, zero_out, multiplier, lo, 100};
          };
          const auto y = check_variants<int8_t>(kRequantizeS8, x.size(), make);
          for (size_t i = 0; i < x.size(); ++i) {
            const float t = static_cast<float>(x[i] - zero_in) * multiplier;
            REQUIRE(+y[i] == +quantized(static_cast<double>(t), zero_out, lo, 100));
            REQUIRE(+y[i] == +requantize_s8(x[i] - zero_in, multiplier, zero_out, lo, 100));
          }
        }
      }
    }
  }
}

TEST_CASE("requantize_s8 in place, any length", "[quantize]") {
  for (const size_t count : kCounts) {
    check_variants(kRequantizeS8, Guarded<int8_t>(random_s8(count, 2)), [&](int8_t* y) {
      return RequantizeS8Args{y, y, count, 4, -9, 0.81f, -128, 127};
    });
  }
}

}  // namespace
}  // namespace linnet::test
