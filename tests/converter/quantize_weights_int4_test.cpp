#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/pack/pack_panels_f32.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

ir::Tensor weights_of(std::vector<int32_t> shape, const std::vector<float>& values) {
  ir::Tensor tensor;
  tensor.name = "w";
  tensor.shape = std::move(shape);
  tensor.constant = true;
  tensor.bytes = ir::Bytes::of(values);
  return tensor;
}

// The squared error of a block with that scale, in double, by its definition.
double block_error(std::span<const float> block, double scale) {
  double error = 0;
  for (float w : block) {
    const double q = std::clamp(std::nearbyint(static_cast<double>(w) / scale), -8.0, 7.0);
    error += (static_cast<double>(w) - scale * q) * (static_cast<double>(w) - scale * q);
  }
  return error;
}

// The least of 2,000 f16 scales of either sign.
double least_error(std::span<const float> block) {
  float largest = 0;
  for (float w : block) largest = std::max(largest, std::fabs(w));
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 1000; ++i) {
    const float scale =
        float_from_half(half_from_float(largest / (5.0f + 0.006f * static_cast<float>(i))));
    for (const double signed_scale : {static_cast<double>(scale), -static_cast<double>(scale)})
      if (scale != 0) least = std::min(least, block_error(block, signed_scale));
  }
  return least;
}

}  // namespace

TEST_CASE("int4 blocks have f16 scales and the nearest codes, tails included", "[compress]") {
  for (const uint32_t block : {32u, 64u, 128u}) {
    for (const int32_t k : {7, 32, 576, 640, 896}) {
      const std::vector<float> values = bell(static_cast<size_t>(3 * k), block, 0.02);
      const ir::Tensor stored = quantize_weights_int4(weights_of({3, k}, values), block);
      const size_t blocks = (static_cast<size_t>(k) + block - 1) / block;
      const std::vector<float>& scales = stored.quantization.scale;
      REQUIRE(scales.size() == 3 * blocks);
      const std::vector<float> back = dequantize_weights(stored);
      for (size_t i = 0; i < values.size(); ++i) {
        const size_t row = i / static_cast<size_t>(k), column = i % static_cast<size_t>(k);
        const float scale = scales[row * blocks + column / block];
        REQUIRE(float_from_half(half_from_float(scale)) == scale);
        const int code = stored.values<uint8_t>()[i];
        REQUIRE(code <= 15);
        INFO("block " << block << " k " << k << ": " << values[i] << " as " << back[i]);
        const bool at_an_end = code == 0 || code == 15;
        REQUIRE((at_an_end || std::fabs(back[i] - values[i]) <= 0.50001f * std::fabs(scale)));
        REQUIRE(std::fabs(back[i] - values[i]) <= 2.5f * std::fabs(scale));
      }
    }
  }
}

TEST_CASE("int4 scales are nearly the best of all", "[compress]") {
  for (const size_t size : {size_t{7}, size_t{32}, size_t{128}}) {
    double chosen = 0, least = 0, plain = 0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
      std::vector<float> block = bell(size, seed);
      if (seed % 4 == 0) block[seed % size] *= 3;
      const ir::Tensor stored =
          quantize_weights_int4(weights_of({1, static_cast<int32_t>(size)}, block), 128);
      chosen += block_error(block, static_cast<double>(stored.quantization.scale[0]));
      least += least_error(block);
      float largest = 0;
      for (float w : block) largest = std::max(largest, std::fabs(w));
      plain += block_error(block, static_cast<double>(largest) / 7);
    }
    INFO(size << " values: error " << chosen << ", least " << least << ", absmax / 7 " << plain);
    REQUIRE(chosen <= (size < 32 ? 1.05 : 1.02) * least);
    REQUIRE(chosen <= 0.75 * plain);
  }
}

TEST_CASE("int4 gives the code -8 to the extreme value of either sign", "[compress]") {
  for (const float sign : {1.0f, -1.0f}) {
    std::vector<float> block(32);
    for (size_t i = 0; i < block.size(); ++i)
      block[i] = sign * (static_cast<float>(i % 16) - 8.0f) * 0.25f;
    const ir::Tensor stored = quantize_weights_int4(weights_of({1, 32}, block), 32);
    REQUIRE(stored.quantization.scale[0] == sign * 0.25f);
    REQUIRE(dequantize_weights(stored) == block);  // exactly
  }
}

TEST_CASE("int4 keeps rows of convolutions apart and gives the same bytes again", "[compress]") {
  const std::vector<float> values = bell(4 * 3 * 3 * 5);
  const ir::Tensor a = quantize_weights_int4(weights_of({4, 3, 3, 5}, values), 32);
  const ir::Tensor b = quantize_weights_int4(weights_of({4, 45}, values), 32);
  REQUIRE(a.quantization == b.quantization);
  REQUIRE(a.quantization.scale.size() == 4 * 2);
  REQUIRE(std::equal(a.bytes.data(), a.bytes.data() + a.bytes.size(), b.bytes.data()));
}

TEST_CASE("int4 blocks of zeros, huge and denormal values are finite", "[compress]") {
  std::vector<float> values(4 * 32, 0.0f);
  for (size_t i = 0; i < 32; ++i) {
    values[32 + i] = static_cast<float>(i) * 1e30f;
    values[64 + i] = static_cast<float>(i) * 1e-40f;
    values[96 + i] = static_cast<float>(i) * 1e4f;  // scales up to 65504 exist
  }
  const ir::Tensor stored = quantize_weights_int4(weights_of({4, 32}, values), 32);
  for (float scale : stored.quantization.scale) REQUIRE(std::isfinite(scale));
  const std::vector<float> back = dequantize_weights(stored);
  for (size_t i = 0; i < 32; ++i) {
    REQUIRE(back[i] == 0.0f);
    REQUIRE(back[64 + i] == 0.0f);
    REQUIRE(std::fabs(back[96 + i] - values[96 + i]) <= 5e4f);
  }
}

}  // namespace linnet::test
