#include "converter/calibrate/choose_range.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

float dequantized(const ir::Quantization& q, double x) {
  const float code = std::clamp(
      std::nearbyint(static_cast<float>(x) / q.scale[0]) + static_cast<float>(q.zero_point[0]),
      -128.0f, 127.0f);
  return q.scale[0] * (code - static_cast<float>(q.zero_point[0]));
}

}  // namespace

TEST_CASE("choose_range asks the method", "[calibrate]") {
  std::vector<float> values = bell(20000);
  values[5] = 40;
  const TensorStatistics s = seen({bell(100), values});
  REQUIRE(choose_range(s, RangeMethod::min_max, 99).high == range_min_max(s).high);
  REQUIRE(choose_range(s, RangeMethod::moving_average, 99).high == range_moving_average(s).high);
  REQUIRE(choose_range(s, RangeMethod::percentile, 99).high == range_percentile(s, 99).high);
  REQUIRE(choose_range(s, RangeMethod::mse, 99).high == range_mse(s).high);
  REQUIRE(choose_range(s, RangeMethod::entropy, 99).high == range_entropy(s).high);
}

TEST_CASE("every range has a quantization in which 0 is exact and its ends lose half a step",
          "[calibrate]") {
  std::mt19937 generator(3);
  const auto draw = [&] {
    return std::exp2(static_cast<double>(generator()) / 4294967296.0 * 60 - 30);
  };
  for (int i = 0; i < 2000; ++i) {
    const Range range = {-draw(), draw()};
    const ir::Quantization q = quantization_of(range);
    INFO(range.low << " to " << range.high << ": scale " << q.scale[0] << " zero "
                   << q.zero_point[0]);
    REQUIRE(q.zero_point[0] >= -128);
    REQUIRE(q.zero_point[0] <= 127);
    REQUIRE(dequantized(q, 0) == 0.0f);
    const double half = 0.5001 * static_cast<double>(q.scale[0]);
    REQUIRE(std::fabs(static_cast<double>(dequantized(q, range.low)) - range.low) <= half);
    REQUIRE(std::fabs(static_cast<double>(dequantized(q, range.high)) - range.high) <= half);
  }
}

TEST_CASE("one-sided ranges use all codes on their side", "[calibrate]") {
  REQUIRE(quantization_of({0, 51}).zero_point[0] == -128);
  REQUIRE(quantization_of({0, 51}).scale[0] == Catch::Approx(0.2));
  REQUIRE(quantization_of({-51, 0}).zero_point[0] == 127);
  REQUIRE(quantization_of({10, 51}).zero_point[0] == -128);  // 0 is always inside
}

TEST_CASE("ranges without width and of extreme size give usable scales", "[calibrate]") {
  REQUIRE(quantization_of({}).scale[0] == 1.0f);
  for (const double size : {1e-38, 1e-30, 3e38}) {
    const ir::Quantization q = quantization_of({-size, size});
    REQUIRE(std::isnormal(q.scale[0]));
  }
}

TEST_CASE("the signal-to-noise ratio is that of the values themselves", "[calibrate]") {
  for (const auto& values : {bell(20000), rectified_bell(20000), bell(20000, 2, 1e-6)}) {
    const TensorStatistics s = seen({values});
    for (const double share : {1.0, 0.5}) {
      const ir::Quantization q =
          quantization_of({share * static_cast<double>(s.min), share * static_cast<double>(s.max)});
      std::vector<float> stored;
      for (float v : values) stored.push_back(dequantized(q, static_cast<double>(v)));
      REQUIRE(std::fabs(quantization_snr_db(s.histogram, q) - snr_db(values, stored)) < 0.4);
    }
  }
}

TEST_CASE("zeros are exact in every quantization", "[calibrate]") {
  const TensorStatistics zeros = seen({std::vector<float>(100, 0.0f)});
  REQUIRE(std::isinf(quantization_snr_db(zeros.histogram, quantization_of({}))));
  REQUIRE(std::isinf(quantization_snr_db(Histogram(), quantization_of({}))));
}

}  // namespace linnet::test
