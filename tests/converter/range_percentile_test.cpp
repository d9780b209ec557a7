#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "converter/calibrate/choose_range.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

// The range must lie between the sorted values' neighbours of the percentile, give or take a bin.
void check_against_sorting(std::vector<float> values, double percentile) {
  const TensorStatistics statistics = seen({values});
  const Range range = range_percentile(statistics, percentile);
  std::sort(values.begin(), values.end());
  const double bin = statistics.histogram.bin_width();
  const auto neighbour = [&](double p, int step) {
    const double at = p * static_cast<double>(values.size() - 1);
    const long i = std::lround(at) + step;
    return static_cast<double>(
        values[static_cast<size_t>(std::clamp<long>(i, 0, static_cast<long>(values.size()) - 1))]);
  };
  INFO(percentile << " % of " << values.size() << " values: " << range.low << " to " << range.high);
  const double tail = 1 - percentile / 100;
  REQUIRE(range.low >= std::min(neighbour(tail, -1), 0.0) - bin);
  REQUIRE(range.low <= std::min(neighbour(tail, 1), 0.0) + bin);
  REQUIRE(range.high >= std::max(neighbour(1 - tail, -1), 0.0) - bin);
  REQUIRE(range.high <= std::max(neighbour(1 - tail, 1), 0.0) + bin);
}

}  // namespace

TEST_CASE("percentile equals numpy.percentile up to a bin of the histogram", "[calibrate]") {
  std::vector<float> values(10000);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(std::pow((static_cast<double>(i) - 3000) / 1000, 3));
  const TensorStatistics statistics = seen({values});
  const struct {
    double percentile, low, high;  // numpy.percentile(x, 100 - p), numpy.percentile(x, p)
  } kNumpy[] = {{95, -15.625937, 274.5046},
                {99, -24.389252, 328.3676},
                {99.9, -26.730927, 341.38568},
                {99.99, -26.973011, 342.7061}};
  for (const auto& expected : kNumpy) {
    const Range range = range_percentile(statistics, expected.percentile);
    REQUIRE(std::fabs(range.low - expected.low) <= statistics.histogram.bin_width());
    REQUIRE(std::fabs(range.high - expected.high) <= statistics.histogram.bin_width());
  }
}

TEST_CASE("percentile equals sorting on bells, outliers and one-sided data", "[calibrate]") {
  std::vector<float> outliers = bell(20000);
  outliers[7] = 50;
  outliers[9] = -80;
  std::vector<float> negative = rectified_bell(20000);
  for (float& v : negative) v = -v;
  for (const double percentile : {90.0, 99.0, 99.9, 99.99}) {
    for (const auto& values : {bell(20000), outliers, rectified_bell(20000), negative})
      check_against_sorting(values, percentile);
  }
}

TEST_CASE("percentile cuts an outlier off, 100 % does not", "[calibrate]") {
  std::vector<float> values = bell(20000);
  values[7] = 50;
  REQUIRE(range_percentile(seen({values}), 99.9).high < 5);
  const Range all = range_percentile(seen({values}), 100);
  REQUIRE(all.high == 50);
  REQUIRE(all.low == static_cast<double>(*std::min_element(values.begin(), values.end())));
}

TEST_CASE("percentile keeps a constant and is empty without data", "[calibrate]") {
  for (const float constant : {0.75f, -3.0f, 1.0f, 1e-20f}) {
    const TensorStatistics statistics = seen({std::vector<float>(100, constant)});
    const Range range = range_percentile(statistics, 99);
    const double bin = statistics.histogram.bin_width(), value = static_cast<double>(constant);
    REQUIRE(std::fabs(range.low - std::min(value, 0.0)) <= bin);
    REQUIRE(std::fabs(range.high - std::max(value, 0.0)) <= bin);
  }
  REQUIRE(range_percentile(seen({std::vector<float>(100, 0.0f)}), 99).high == 0);
  REQUIRE(range_percentile({}, 99).high == 0);
}

}  // namespace linnet::test
