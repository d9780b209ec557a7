#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "converter/calibrate/choose_range.h"
#include "tests/converter/compress_fixture.h"

namespace linnet::test {

namespace {

constexpr size_t kBins = 2048;

// The procedure of S. Migacz, "8-bit inference with TensorRT", GTC 2017, in its own words, with the
// first bin set to the second as in NVIDIA's tools. Returns the divergence for the first `i` bins.
double divergence(const std::vector<double>& bins, size_t i) {
  std::vector<double> reference(bins.begin(), bins.begin() + static_cast<std::ptrdiff_t>(i));
  double outliers = 0;
  for (size_t j = i; j < bins.size(); ++j) outliers += bins[j];
  reference[i - 1] += outliers;

  std::vector<double> candidate(i, 0.0);
  for (size_t level = 0; level < 128; ++level) {
    const size_t begin = level * i / 128, end = (level + 1) * i / 128;
    double sum = 0, filled = 0;
    for (size_t j = begin; j < end; ++j) {
      sum += bins[j];
      filled += bins[j] != 0;
    }
    for (size_t j = begin; j < end; ++j) candidate[j] = bins[j] != 0 ? sum / filled : 0;
  }
  double p_sum = 0, q_sum = 0, result = 0;
  for (size_t j = 0; j < i; ++j) {
    p_sum += reference[j];
    q_sum += candidate[j];
  }
  for (size_t j = 0; j < i; ++j) {
    if (reference[j] == 0) continue;
    const double p = reference[j] / p_sum, q = q_sum == 0 ? 0 : candidate[j] / q_sum;
    result += p * std::log(p / std::max(q, 1e-9));
  }
  return result;
}

std::vector<double> magnitudes(const std::vector<float>& values, double limit) {
  std::vector<double> bins(kBins, 0.0);
  for (float v : values) {
    const double at = std::fabs(static_cast<double>(v)) / limit * kBins;
    ++bins[std::min(static_cast<size_t>(at), kBins - 1)];
  }
  bins[0] = std::min(bins[0], bins[1]);
  return bins;
}

void check_against_procedure(const std::vector<float>& values) {
  const TensorStatistics statistics = seen({values});
  const Range range = range_entropy(statistics);
  const std::vector<double> bins = magnitudes(values, statistics.histogram.limit());
  const double width = statistics.histogram.bin_width();
  const double largest = static_cast<double>(std::max(-statistics.min, statistics.max));
  const size_t last = std::min(kBins, static_cast<size_t>(largest / width) + 1);
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 128; i <= last; ++i) least = std::min(least, divergence(bins, i));
  const double cut = std::max(-range.low, range.high);
  const size_t chosen = std::min(static_cast<size_t>(cut / width), last);
  INFO("cut at " << cut << ", bin " << chosen << "; least divergence " << least);
  // A cut at the largest value itself stands for its bin.
  const double found =
      std::min(divergence(bins, chosen), divergence(bins, std::min(chosen + 1, last)));
  REQUIRE(found <= least * (1 + 1e-9));
}

}  // namespace

TEST_CASE("entropy cuts where the TensorRT procedure does", "[calibrate]") {
  std::vector<float> outliers = bell(50000), rectified = rectified_bell(50000);
  for (size_t i = 0; i < 5; ++i) outliers[i] = 9.0f + static_cast<float>(i);
  rectified[3] = 11;
  for (const auto& values : {bell(50000), outliers, rectified}) check_against_procedure(values);
}

TEST_CASE("entropy cuts outliers and stays inside the data", "[calibrate]") {
  std::vector<float> values = rectified_bell(50000);
  values[3] = 30;
  const Range range = range_entropy(seen({values}));
  REQUIRE(range.low == 0);
  REQUIRE(range.high > 2);
  REQUIRE(range.high < 10);
}

TEST_CASE("entropy keeps constants and is empty without data", "[calibrate]") {
  for (const float constant : {0.75f, 0.7f, 1.0f, -3.0f}) {
    const Range range = range_entropy(seen({std::vector<float>(1000, constant)}));
    const double end = constant > 0 ? range.high : range.low;
    REQUIRE(std::fabs(end - static_cast<double>(constant)) <= 1e-3 * std::fabs(end));
  }
  REQUIRE(range_entropy(seen({std::vector<float>(9, 0.0f)})).high == 0);
  REQUIRE(range_entropy({}).high == 0);
}

}  // namespace linnet::test
