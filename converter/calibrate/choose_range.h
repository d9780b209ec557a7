#pragma once

#include "converter/calibrate/statistics.h"
#include "converter/convert.h"
#include "converter/ir/graph.h"

// One file for each method: range_<method>.cpp.

namespace linnet {

// The part of the real line that a tensor's 256 codes will cover. Contains 0.
struct Range {
  double low = 0;
  double high = 0;
};

// The smallest and largest value seen.
Range range_min_max(const TensorStatistics& statistics);
// The averaged ends of the samples, which single outliers move little.
Range range_moving_average(const TensorStatistics& statistics);
// Cuts (100 - percentile) % of the values from either end.
Range range_percentile(const TensorStatistics& statistics, double percentile);
// The range, among ends shrunk in steps of 1 % down to a fifth, whose quantization has the least
// squared error on the histogram.
Range range_mse(const TensorStatistics& statistics);
// The symmetric cut T of |x| at which the distribution, quantized to 128 levels, has the least
// Kullback-Leibler divergence to the clipped one (S. Migacz, "8-bit inference with TensorRT", GTC
// 2017).
Range range_entropy(const TensorStatistics& statistics);

Range choose_range(const TensorStatistics& statistics, RangeMethod method, double percentile);

// Scale and zero point of an asymmetric s8 tensor that covers `range`; 0 is exactly representable.
ir::Quantization quantization_of(const Range& range);

// Signal-to-noise ratio in dB of quantizing the histogram's values: 10·log10(Σx² / Σ(x - q(x))²).
double quantization_snr_db(const Histogram& histogram, const ir::Quantization& quantization);

}  // namespace linnet
