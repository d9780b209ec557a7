#include "converter/calibrate/choose_range.h"

namespace linnet {

Range range_min_max(const TensorStatistics& statistics) {
  return {static_cast<double>(statistics.min), static_cast<double>(statistics.max)};
}

}  // namespace linnet
