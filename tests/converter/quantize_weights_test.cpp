#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

namespace {

ir::Tensor weights_of(std::vector<int32_t> shape, const std::vector<float>& values) {
  ir::Tensor tensor;
  tensor.name = "w";
  tensor.shape = std::move(shape);
  tensor.constant = true;
  tensor.bytes = ir::Bytes::of(values);
  return tensor;
}

std::vector<int> codes_of(const ir::Tensor& tensor) {
  return {tensor.values<int8_t>().begin(), tensor.values<int8_t>().end()};
}

}  // namespace

TEST_CASE("int8 weights have a scale for each output channel and codes in -127…127", "[compress]") {
  // Axis 0, and axis 2 as in depthwise layers: the same numbers, transposed.
  const ir::Tensor rows =
      quantize_weights_int8(weights_of({2, 1, 1, 3}, {1, -0.51f, 0.1f, -12.7f, 0.26f, 12.64f}), 0);
  REQUIRE(codes_of(rows) == std::vector<int>{127, -65, 13, -127, 3, 126});
  REQUIRE(rows.quantization.axis == 0);
  REQUIRE(rows.quantization.scale[0] == 1.0f / 127);
  REQUIRE(rows.quantization.scale[1] == Catch::Approx(0.1));
  const ir::Tensor columns =
      quantize_weights_int8(weights_of({1, 3, 2}, {1, -12.7f, -0.51f, 0.26f, 0.1f, 12.64f}), 2);
  REQUIRE(columns.quantization.scale == rows.quantization.scale);
  REQUIRE(codes_of(columns) == std::vector<int>{127, -127, -65, 3, 13, 126});
}

TEST_CASE("int8 weights lose at most half a step", "[compress]") {
  const std::vector<float> values = bell(7 * 33);
  const ir::Tensor stored = quantize_weights_int8(weights_of({7, 33}, values), 0);
  const std::vector<float> back = dequantize_weights(stored);
  for (size_t i = 0; i < values.size(); ++i)
    REQUIRE(std::fabs(back[i] - values[i]) <= 0.50001f * stored.quantization.scale[i / 33]);
  REQUIRE(weight_snr_db(values, back) > 40);
}

TEST_CASE("int8 channels of zeros, of huge and of denormal values stay usable", "[compress]") {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const ir::Tensor stored =
      quantize_weights_int8(weights_of({3, 2}, {0, 0, 3e38f, -1e38f, tiny, -tiny}), 0);
  for (float scale : stored.quantization.scale) REQUIRE(std::isnormal(scale));
  REQUIRE(codes_of(stored) == std::vector<int>{0, 0, 127, -42, 0, 0});
  for (float v : dequantize_weights(stored)) REQUIRE(std::isfinite(v));
}

TEST_CASE("int8 scales do not fall below the least that is asked for", "[compress]") {
  const std::vector<float> least = {0.5f, 0};
  const ir::Tensor stored = quantize_weights_int8(weights_of({2, 2}, {1, -2, 1.1f, -2}), 0, least);
  REQUIRE(stored.quantization.scale[0] == 0.5f);
  REQUIRE(codes_of(stored) == std::vector<int>{2, -4, 70, -127});
}

TEST_CASE("f16 weights are rounded to nearest even", "[compress]") {
  const std::vector<float> values = {1, -2.5f, 2049, 2051, 65504, 65519, 65520, 1e-8f, 6e-8f};
  const std::vector<float> back = dequantize_weights(convert_weights_f16(weights_of({9}, values)));
  const float inf = std::numeric_limits<float>::infinity();
  REQUIRE(back == std::vector<float>{1, -2.5f, 2048, 2052, 65504, 65504, inf, 0, 0x1p-24f});
}

TEST_CASE("the signal-to-noise ratio of weights is a logarithm of energies", "[compress]") {
  const std::vector<float> w = {3, 4}, stored = {3, 4.5f};
  REQUIRE(weight_snr_db(w, stored) == Catch::Approx(20));
  REQUIRE(std::isinf(weight_snr_db(w, w)));
  const std::vector<float> zeros = {0, 0};
  REQUIRE(std::isinf(weight_snr_db(zeros, zeros)));
}

TEST_CASE("forms that do not stand for their weights say why", "[compress]") {
  const ir::Tensor good = weights_of({4, 32}, bell(128));
  REQUIRE(why_broken(good, quantize_weights_int8(good, 0)).empty());
  REQUIRE(why_broken(good, quantize_weights_int4(good, 32)).empty());
  REQUIRE(why_broken(good, convert_weights_f16(good)).empty());
  const ir::Tensor denormal = weights_of({4, 32}, bell(128, 1, 1e-41));
  REQUIRE_THAT(why_broken(denormal, quantize_weights_int8(denormal, 0)),
               ContainsSubstring("int8 would keep only"));
  const ir::Tensor huge = weights_of({4, 32}, bell(128, 1, 1e6));
  REQUIRE_THAT(why_broken(huge, convert_weights_f16(huge)), ContainsSubstring("do not fit f16"));
  REQUIRE_THAT(why_broken(huge, quantize_weights_int4(huge, 32)),
               ContainsSubstring("int4 would keep only"));
}

}  // namespace linnet::test
