#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "converter/calibrate/choose_range.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

TEST_CASE("moving_average weighs the samples' ends exponentially", "[calibrate]") {
  std::vector<std::vector<float>> samples;
  double low = 0, high = 0;  // 0.9^(n-1)·first + Σ 0.1·0.9^(n-1-i)·sample i
  constexpr int kCount = 20;
  for (int i = 0; i < kCount; ++i) {
    const float end = 1.0f + 0.25f * static_cast<float>(i * 7 % 5);
    samples.push_back({-end, 0.1f, 2 * end});
    const double weight = (i == 0 ? 1.0 : 0.1) * std::pow(0.9, kCount - 1 - i);
    low -= weight * static_cast<double>(end);
    high += weight * 2 * static_cast<double>(end);
  }
  const Range range = range_moving_average(seen(samples));
  REQUIRE(range.low == Catch::Approx(low));
  REQUIRE(range.high == Catch::Approx(high));
}

TEST_CASE("moving_average moves little for one sample with an outlier", "[calibrate]") {
  std::vector<std::vector<float>> samples(40, {-1, 1});
  samples[20] = {-1, 100};
  const Range range = range_moving_average(seen(samples));
  REQUIRE(range.low == Catch::Approx(-1));
  REQUIRE(range.high == Catch::Approx(1 + 9.9 * std::pow(0.9, 19)));
}

TEST_CASE("moving_average contains 0 and is that alone without data", "[calibrate]") {
  REQUIRE(range_moving_average(seen({{3, 5}, {4, 6}})).low == 0);
  REQUIRE(range_moving_average(seen({{-3, -5}})).high == 0);
  REQUIRE(range_moving_average({}).high == 0);
}

}  // namespace linnet::test
