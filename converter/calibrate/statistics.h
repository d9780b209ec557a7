#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace linnet {

// Counts of values in bins of equal width over [-limit, limit]. When a value falls outside, the
// limit doubles and bins merge in pairs, so one pass over the data suffices and nothing is stored
// of it.
class Histogram {
 public:
  static constexpr int kBins = 4096;

  void add(std::span<const float> values);
  bool empty() const { return total_ == 0; }
  // True when no value was above the least limit, 2^-99: a bin's centre says nothing of them then.
  bool only_zeros() const { return limit_ <= kLeastLimit; }
  uint64_t total() const { return total_; }
  double limit() const { return limit_; }
  double bin_width() const { return 2 * limit_ / kBins; }
  double bin_centre(int bin) const { return -limit_ + (bin + 0.5) * bin_width(); }
  const std::vector<uint64_t>& counts() const { return counts_; }
  // The value below which the share `p` (0…1) of the counts lies, interpolated inside its bin.
  double quantile(double p) const;

 private:
  static constexpr double kLeastLimit = 0x1p-99;
  void grow_to(double limit);
  double limit_ = 0;
  uint64_t total_ = 0;
  std::vector<uint64_t> counts_;
};

// What calibration remembers of one activation: enough for every range method and for bias
// correction. Values that are not finite are counted and left out.
struct TensorStatistics {
  float min = 0, max = 0;  // over everything, 0 included
  double average_min = 0,
         average_max = 0;  // exponential average of each sample's ends, weight 0.1 for the new
  uint64_t samples = 0;
  uint64_t not_finite = 0;
  Histogram histogram;
  std::vector<double> channel_sum;  // by index of the last axis
  uint64_t channel_count = 0;       // values in each channel's sum

  // One sample's values; `channels` is the size of the last axis.
  void add(std::span<const float> values, size_t channels);
  std::vector<double> channel_mean() const;
};

}  // namespace linnet
