#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"

#include "tests/kernels/random_inputs.h"

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

TEST_CASE("dequantize_s8_f32 of random shapes", "[quantize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(1, 3), inner = random.one_in(2) ? 1 : random.size(40);
    const size_t channels = random.one_in(3) ? 1 : random.size(40);
    const auto x = any_s8(random, outer * channels * inner);
    std::vector<int32_t> zero(channels);
    for (int32_t& v : zero) v = random.s8();
    Fences fences(random.one_in(8));
    DequantizeS8F32Args args = {fences.copy(x), nullptr, outer,
                                channels,       inner,   fences.copy(any_floats(random, channels)),
                                nullptr};
    if (random.one_in(2)) args.zero_point = fences.copy(zero);
    INFO("outer " << outer << " channels " << channels << " inner " << inner);
    check_variants<float>(kDequantizeS8F32, x.size(), [&](float* out) {
      args.y = out;
      return args;
    });
  }
}

}  // namespace
}  // namespace linnet::test
