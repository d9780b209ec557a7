#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "converter/calibrate/choose_range.h"

namespace linnet {
namespace {

constexpr size_t kLevels = 128;

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0; }

// The divergence of a distribution, cut at any bin, from its quantized form. With p and q constant
// but for a few values, KL = Σp·log p - Σp·log q needs sums over ranges of bins only.
class Divergence {
 public:
  explicit Divergence(std::vector<double> counts)
      : counts_(std::move(counts)), mass_(1, 0.0), filled_(1, 0.0), x_log_x_(1, 0.0) {
    for (double c : counts_) {
      mass_.push_back(mass_.back() + c);
      filled_.push_back(filled_.back() + (c > 0 ? 1 : 0));
      x_log_x_.push_back(x_log_x_.back() + x_log_x(c));
    }
  }

  // P: the first `used` bins, the rest clipped into the last of them. Q: the same bins without the
  // rest, quantized to kLevels levels and spread again over the bins that are not empty.
  double at(size_t used) const {
    const double total = mass_.back();
    if (total == 0) return 0;
    const double rest = total - mass_[used], last = counts_[used - 1];
    double sum = x_log_x_[used - 1] + x_log_x(last + rest) - x_log_x(total);
    for (size_t level = 0; level < kLevels; ++level) {
      const size_t begin = level * used / kLevels, end = (level + 1) * used / kLevels;
      const double mass = mass_[end] - mass_[begin];
      if (mass == 0) continue;
      const double q = mass / (filled_[end] - filled_[begin]) / mass_[used];
      sum -= (mass + (end == used && last > 0 ? rest : 0)) * std::log(q);
    }
    // Where Q has nothing it counts as next to nothing.
    constexpr double kEpsilon = 1e-9;
    if (last == 0) sum -= rest * std::log(kEpsilon);
    return sum / total;
  }

 private:
  std::vector<double> counts_;
  std::vector<double> mass_, filled_, x_log_x_;  // sums over the bins before each
};

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
  const Divergence divergence(std::move(counts));
  size_t best = last;
  double least = divergence.at(last);
  for (size_t used = last; used-- > kLevels;) {
    const double d = divergence.at(used);
    if (d < least) {
      least = d;
      best = used;
    }
  }
  const double cut = (static_cast<double>(best) + 0.5) * width;
  return {std::max(full.low, -cut), std::min(full.high, cut)};
}

}  // namespace linnet
