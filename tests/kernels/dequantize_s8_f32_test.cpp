#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("dequantize_s8_f32 variants agree and are exact", "[quantize]") {
  for (const size_t inner : {1u, 5u, 24u}) {
    for (const size_t channels : {1u, 3u, 8u, 19u}) {
      for (const bool with_zero : {false, true}) {
        const size_t outer = 3, count = outer * channels * inner;
        const auto x = random_s8(count, 5);
        const auto scale = random_floats(channels, 0.001f, 3.0f, 6);
        std::vector<int32_t> zero(channels);
        for (size_t c = 0; c < channels; ++c) zero[c] = static_cast<int32_t>(c * 13) - 128;
        const int32_t* zeros = with_zero ? zero.data() : nullptr;
        const auto y = check_variants<float>(kDequantizeS8F32, count, [&](float* out) {
          return DequantizeS8F32Args{x.data(), out, outer, channels, inner, scale.data(), zeros};
        });
        for (size_t i = 0; i < count; ++i) {
          const size_t c = i / inner % channels;
          const double exact = (x[i] - (with_zero ? zero[c] : 0)) * static_cast<double>(scale[c]);
          REQUIRE(y[i] == static_cast<float>(exact));
        }
      }
    }
  }
}

}  // namespace
}  // namespace linnet::test
