#include <algorithm>

#include "converter/calibrate/choose_range.h"

namespace linnet {

Range range_percentile(const TensorStatistics& statistics, double percentile) {
  if (statistics.histogram.empty()) return {};
  const double tail = 1.0 - percentile / 100.0;
  return {std::clamp(statistics.histogram.quantile(tail), static_cast<double>(statistics.min), 0.0),
          std::clamp(statistics.histogram.quantile(1.0 - tail), 0.0,
                     static_cast<double>(statistics.max))};
}

}  // namespace linnet
