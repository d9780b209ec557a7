#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "converter/calibrate/choose_range.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

// Mean squared error of 8-bit codes over the values themselves, no histogram.
double mean_error(const std::vector<float>& values, const Range& range) {
  const double low = std::min(range.low, 0.0), high = std::max(range.high, 0.0);
  const double scale = (high - low) / 255;
  const double zero = std::round(-low / scale);
  double sum = 0;
  for (float v : values) {
    const double x = static_cast<double>(v);
    const double q = std::clamp(std::nearbyint(x / scale) + zero, 0.0, 255.0);
    sum += (x - scale * (q - zero)) * (x - scale * (q - zero));
  }
  return sum / static_cast<double>(values.size());
}

// The least error of all pairs of ends in steps of 2 %.
double least_error(const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double a = std::min(0.0, static_cast<double>(*low));
  const double b = std::max(0.0, static_cast<double>(*high));
  double least = mean_error(values, {a, b});
  for (int i = 22; i <= 100; i += 2) {
    for (int j = 22; j <= 100; j += 2) {
      least = std::min(least, mean_error(values, {a * i / 100, b * j / 100}));
      if (b == 0) break;
    }
    if (a == 0) {
      for (int j = 22; j <= 100; j += 2)
        least = std::min(least, mean_error(values, {0, b * j / 100}));
      break;
    }
  }
  return least;
}

}  // namespace

TEST_CASE("mse finds nearly the least error of all pairs of ends", "[calibrate]") {
  std::vector<float> outliers = bell(600), skewed = bell(600, 2);
  outliers[7] = 9;
  for (float& v : skewed) v = v > 0 ? 3 * v * v : v;
  for (const auto& values : {bell(600), outliers, rectified_bell(600), skewed}) {
    const Range range = range_mse(seen({values}));
    const double error = mean_error(values, range), least = least_error(values);
    INFO(range.low << " to " << range.high << ": error " << error << ", least " << least);
    REQUIRE(error <= 1.03 * least);
    REQUIRE(error <= 1.001 * mean_error(values, range_min_max(seen({values}))));
  }
}

TEST_CASE("mse cuts outliers whose loss is less than the others' gain", "[calibrate]") {
  std::vector<float> values = bell(200000);
  values[7] = 12;
  const Range range = range_mse(seen({values}));
  REQUIRE(range.high < 11);
  REQUIRE(range.high > 3);
}

TEST_CASE("mse keeps constants and is empty without data", "[calibrate]") {
  for (const float constant : {0.7f, -3.0f}) {
    const std::vector<float> values(50, constant);
    REQUIRE(mean_error(values, range_mse(seen({values}))) < 1e-5);
  }
  REQUIRE(range_mse(seen({std::vector<float>(9, 0.0f)})).high == 0);
  REQUIRE(range_mse({}).high == 0);
}

}  // namespace linnet::test
