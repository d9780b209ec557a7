#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/converter/compress_fixture.h"

namespace linnet::test {

TEST_CASE("a histogram counts every value in its bin, however it grew", "[calibrate]") {
  const std::vector<float> values = bell(5000);
  Histogram histogram;
  // The limit doubles three times on the way.
  for (const float scale : {0.01f, 0.1f, 1.0f, 40.0f}) {
    std::vector<float> part = values;
    for (float& v : part) v *= scale;
    histogram.add(part);
  }
  std::vector<uint64_t> expected(Histogram::kBins, 0);
  for (const float scale : {0.01f, 0.1f, 1.0f, 40.0f}) {
    for (float v : values) {
      const double at =
          (static_cast<double>(v * scale) + histogram.limit()) / histogram.bin_width();
      ++expected[static_cast<size_t>(at)];
    }
  }
  REQUIRE(histogram.counts() == expected);
  REQUIRE(histogram.total() == 4 * values.size());
  REQUIRE(std::exp2(std::round(std::log2(histogram.limit()))) == histogram.limit());
}

TEST_CASE("statistics do not depend on the order of samples, but for averages", "[calibrate]") {
  const std::vector<float> small = bell(999, 1, 0.1), large = bell(999, 2, 10),
                           middle = bell(999, 3);
  const TensorStatistics a = seen({small, large, middle}, 3), b = seen({large, middle, small}, 3);
  REQUIRE(a.histogram.counts() == b.histogram.counts());
  REQUIRE(a.min == b.min);
  REQUIRE(a.max == b.max);
  REQUIRE(a.samples == 3);
  REQUIRE(a.channel_count == 999);
  for (size_t c = 0; c < 3; ++c)
    REQUIRE(a.channel_mean()[c] == Catch::Approx(b.channel_mean()[c]).epsilon(1e-12));
}

TEST_CASE("statistics know each channel's mean", "[calibrate]") {
  const TensorStatistics statistics = seen({{1, 10, 3, 30}, {5, 50}}, 2);
  REQUIRE(statistics.channel_mean() == std::vector<double>{3, 30});
}

TEST_CASE("statistics count values that are not finite and leave them out", "[calibrate]") {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const TensorStatistics statistics = seen({{1, nan, -2}, {inf, -inf, 4}, {nan}});
  REQUIRE(statistics.not_finite == 4);
  REQUIRE(statistics.min == -2.0f);
  REQUIRE(statistics.max == 4.0f);
  REQUIRE(statistics.histogram.total() == 3);
}

TEST_CASE("statistics of nothing are empty", "[calibrate]") {
  for (const TensorStatistics& statistics : {TensorStatistics{}, seen({{}}, 0)}) {
    REQUIRE(statistics.histogram.empty());
    REQUIRE(statistics.samples == 0);
    REQUIRE(statistics.channel_mean() == std::vector<double>(statistics.channel_sum.size()));
  }
}

TEST_CASE("a histogram's quantile lies within a bin of the sorted values'", "[calibrate]") {
  std::vector<float> values = bell(4001);
  const TensorStatistics statistics = seen({values});
  std::sort(values.begin(), values.end());
  for (const int percent : {1, 10, 50, 90, 99}) {
    const float exact = values[static_cast<size_t>(percent) * 40];
    REQUIRE(std::fabs(statistics.histogram.quantile(percent / 100.0) -
                      static_cast<double>(exact)) <= statistics.histogram.bin_width());
  }
}

}  // namespace linnet::test
