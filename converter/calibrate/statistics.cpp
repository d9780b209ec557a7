#include "converter/calibrate/statistics.h"

#include <algorithm>
#include <cmath>

namespace linnet {

void Histogram::grow_to(double limit) {
  if (counts_.empty()) {
    counts_.assign(kBins, 0);
    limit_ = std::exp2(std::ceil(std::log2(std::max(limit, kLeastLimit))));
  }
  while (limit > limit_) {
    std::vector<uint64_t> merged(kBins, 0);
    for (int bin = 0; bin < kBins; ++bin) {
      merged[static_cast<size_t>(kBins / 4 + bin / 2)] += counts_[static_cast<size_t>(bin)];
    }
    counts_ = std::move(merged);
    limit_ *= 2;
  }
}

void Histogram::add(std::span<const float> values) {
  double largest = 0;
  for (float v : values) largest = std::max(largest, std::fabs(static_cast<double>(v)));
  grow_to(largest);
  const double scale = kBins / (2 * limit_);
  for (float v : values) {
    const int bin = static_cast<int>((static_cast<double>(v) + limit_) * scale);
    ++counts_[static_cast<size_t>(std::clamp(bin, 0, kBins - 1))];
  }
  total_ += values.size();
}

double Histogram::quantile(double p) const {
  const double target = p * static_cast<double>(total_);
  double below = 0;
  for (int bin = 0; bin < kBins; ++bin) {
    const double count = static_cast<double>(counts_[static_cast<size_t>(bin)]);
    if (count > 0 && below + count >= target) {
      return -limit_ + bin_width() * (bin + std::clamp((target - below) / count, 0.0, 1.0));
    }
    below += count;
  }
  return limit_;
}

void TensorStatistics::add(std::span<const float> values, size_t channels) {
  std::vector<float> finite;
  const bool clean =
      std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
  if (!clean) {
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
                 [](float v) { return std::isfinite(v); });
    not_finite += values.size() - finite.size();
  } else if (channels != 0) {
    channel_sum.resize(channels, 0.0);
    for (size_t i = 0; i + channels <= values.size(); i += channels) {
      for (size_t c = 0; c < channels; ++c) channel_sum[c] += static_cast<double>(values[i + c]);
    }
    channel_count += values.size() / channels;
  }
  const std::span<const float> used = clean ? values : std::span<const float>(finite);
  if (used.empty()) return;
  const auto [low, high] = std::minmax_element(used.begin(), used.end());
  min = std::min(min, *low);
  max = std::max(max, *high);
  const double share = samples == 0 ? 1.0 : 0.1;
  average_min += share * (std::min(0.0f, *low) - average_min);
  average_max += share * (std::max(0.0f, *high) - average_max);
  ++samples;
  histogram.add(used);
}

std::vector<double> TensorStatistics::channel_mean() const {
  std::vector<double> mean = channel_sum;
  for (double& m : mean) m /= static_cast<double>(std::max<uint64_t>(channel_count, 1));
  return mean;
}

}  // namespace linnet
