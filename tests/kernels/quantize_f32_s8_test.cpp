#include "kernels/quantize_f32_s8/quantize_f32_s8.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("quantize_f32_s8 variants agree", "[quantize]") {
  for (const size_t count : kCounts) {
    for (const int32_t zero : {-128, -7, 0, 127}) {
      for (const float scale : {1.0f, 0.037f, 1e-38f, 2.5f}) {
        const auto x = awkward_floats(count, static_cast<uint32_t>(count));
        check_variants<int8_t>(kQuantizeF32S8, count, [&](int8_t* y) {
          return QuantizeF32S8Args{x.data(), y, count, scale, zero};
        });
      }
    }
  }
}

TEST_CASE("quantize_f32_s8 is ONNX QuantizeLinear", "[quantize]") {
  const size_t count = 5000;
  auto x = random_floats(count, -200.0f, 200.0f, 1);
  for (size_t i = 0; i < 1000; ++i) x[i] = 0.75f * (static_cast<float>(i) - 500.0f) / 2.0f;  // ties
  const float scale = 0.75f;
  for (const int32_t zero : {-128, 3, 127}) {
    std::vector<int8_t> y(count);
    quantize_f32_s8_scalar({x.data(), y.data(), count, scale, zero});
    for (size_t i = 0; i < count; ++i) {
      // The quotient is rounded to float first, as the definition's division is.
      const float t = x[i] / scale;
      REQUIRE(+y[i] == +quantized(static_cast<double>(t), zero));
    }
  }
}

TEST_CASE("quantize_f32_s8 of NaN and infinities", "[quantize]") {
  const float inf = std::numeric_limits<float>::infinity();
  const float x[] = {std::nanf(""), inf, -inf, 3e38f, -3e38f};
  const int8_t expected[] = {9, 127, -128, 127, -128};
  int8_t y[5];
  quantize_f32_s8_scalar({x, y, 5, 0.1f, 9});
  for (int i = 0; i < 5; ++i) CHECK(+y[i] == +expected[i]);
}

TEST_CASE("quantize_f32_s8 of random shapes", "[quantize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t count = random.one_in(20) ? random.pick(0, 2000) : random.size(200);
    Fences fences(random.one_in(8));
    const float* x = fences.copy(any_floats(random, count));
    const float scale = any_multiplier(random);
    const int32_t zero = random.s8();
    check_variants<int8_t>(kQuantizeF32S8, count, [&](int8_t* y) {
      return QuantizeF32S8Args{x, y, count, scale, zero};
    });
  }
}

}  // namespace
}  // namespace linnet::test
