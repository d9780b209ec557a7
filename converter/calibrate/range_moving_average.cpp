#include "converter/calibrate/choose_range.h"

namespace linnet {

Range range_moving_average(const TensorStatistics& statistics) {
  return {statistics.average_min, statistics.average_max};
}

}  // namespace linnet
