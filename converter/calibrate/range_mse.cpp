#include <limits>

#include "converter/calibrate/choose_range.h"

namespace linnet {

Range range_mse(const TensorStatistics& statistics) {
  const Range full = range_min_max(statistics);
  Range best = full;
  double best_snr = -std::numeric_limits<double>::infinity();
  const auto attempt = [&](const Range& range) {
    const double snr = quantization_snr_db(statistics.histogram, quantization_of(range));
    if (snr > best_snr) {
      best_snr = snr;
      best = range;
    }
  };
  // Both ends together first, then each alone from the best so far.
  for (int step = 100; step > 20; --step) attempt({full.low * step / 100, full.high * step / 100});
  const Range together = best;
  for (int step = 100; step > 20; --step) attempt({full.low * step / 100, together.high});
  const Range low_done = best;
  for (int step = 100; step > 20; --step) attempt({low_done.low, full.high * step / 100});
  return best;
}

}  // namespace linnet
