#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "converter/calibrate/choose_range.h"

namespace linnet {
namespace {

constexpr size_t kLevels = 128;

// Divergence of the first `used` bins of `counts`, the rest clipped into the last of them, from the
// same bins after quantization to kLevels levels.
double divergence(const std::vector<double>& counts, size_t used) {
  std::vector<double> p(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(used));
  double total = 0;
  for (double c : counts) total += c;
  for (size_t i = used; i < counts.size(); ++i) p[used - 1] += counts[i];

  double sum = 0;
  double q_total = 0;
  std::vector<double> q(used, 0.0);
  for (size_t level = 0; level < kLevels; ++level) {
    const size_t begin = level * used / kLevels;
    const size_t end = (level + 1) * used / kLevels;
    double mass = 0;
    size_t filled = 0;
    for (size_t i = begin; i < end; ++i) {
      mass += counts[i];
      filled += counts[i] > 0;
    }
    for (size_t i = begin; i < end; ++i)
      q[i] = counts[i] > 0 ? mass / static_cast<double>(filled) : 0;
    q_total += mass;
  }
  constexpr double kEpsilon = 1e-9;
  for (size_t i = 0; i < used; ++i) {
    const double pi = p[i] / total;
    if (pi > 0) sum += pi * std::log(pi / std::max(q[i] / std::max(q_total, 1.0), kEpsilon));
  }
  return sum;
}

}  // namespace

Range range_entropy(const TensorStatistics& statistics) {
  const Range full = range_min_max(statistics);
  if (statistics.histogram.empty()) return full;
  constexpr size_t kHalf = Histogram::kBins / 2;
  std::vector<double> counts(kHalf);
  for (size_t i = 0; i < kHalf; ++i) {
    counts[i] = static_cast<double>(statistics.histogram.counts()[kHalf + i] +
                                    statistics.histogram.counts()[kHalf - 1 - i]);
  }
  // Zeros are exact in every range and would drown the rest (ReLU).
  counts[0] = std::min(counts[0], counts[1]);
  const double width = statistics.histogram.bin_width();
  const size_t last =
      std::min(kHalf, static_cast<size_t>(std::ceil(std::max(-full.low, full.high) / width)) + 1);
  size_t best = last;
  double least = std::numeric_limits<double>::infinity();
  for (size_t used = kLevels; used <= last; used += 8) {
    const double d = divergence(counts, used);
    if (d < least) {
      least = d;
      best = used;
    }
  }
  const double cut = (static_cast<double>(best) + 0.5) * width;
  return {std::max(full.low, -cut), std::min(full.high, cut)};
}

}  // namespace linnet
