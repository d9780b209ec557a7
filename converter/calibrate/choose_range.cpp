#include "converter/calibrate/choose_range.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace linnet {

Range choose_range(const TensorStatistics& statistics, RangeMethod method, double percentile) {
  switch (method) {
    case RangeMethod::min_max:
      return range_min_max(statistics);
    case RangeMethod::moving_average:
      return range_moving_average(statistics);
    case RangeMethod::percentile:
      return range_percentile(statistics, percentile);
    case RangeMethod::mse:
      return range_mse(statistics);
    case RangeMethod::entropy:
      return range_entropy(statistics);
  }
  throw std::logic_error("range method out of range");
}

ir::Quantization quantization_of(const Range& range) {
  const double low = std::min(range.low, 0.0);
  const double high = std::max(range.high, 0.0);
  // A tensor that is always 0 still needs a scale; below the smallest normal float nothing is
  // gained.
  const float scale = static_cast<float>(std::max((high - low) / 255.0, 1e-30));
  const double zero_point = std::nearbyint(-128.0 - low / static_cast<double>(scale));
  ir::Quantization quantization;
  quantization.scale = {high - low > 0 ? scale : 1.0f};
  quantization.zero_point = {static_cast<int32_t>(std::clamp(zero_point, -128.0, 127.0))};
  return quantization;
}

double quantization_snr_db(const Histogram& histogram, const ir::Quantization& quantization) {
  if (histogram.only_zeros()) return std::numeric_limits<double>::infinity();
  const double scale = static_cast<double>(quantization.scale[0]);
  const double zero_point = quantization.zero_point[0];
  double signal = 0;
  double noise = 0;
  for (int bin = 0; bin < Histogram::kBins; ++bin) {
    const double count = static_cast<double>(histogram.counts()[static_cast<size_t>(bin)]);
    if (count == 0) continue;
    const double x = histogram.bin_centre(bin);
    const double q = std::clamp(std::nearbyint(x / scale) + zero_point, -128.0, 127.0);
    const double error = x - scale * (q - zero_point);
    signal += count * x * x;
    noise += count * error * error;
  }
  return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
}

}  // namespace linnet
