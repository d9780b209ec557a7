#pragma once

#include <functional>

#include "converter/calibrate/dataset.h"
#include "converter/compress/compress.h"

namespace linnet {

// The samples that options.calibration names, for the graph's inputs. Throws ConvertError; also
// when int8 activations are asked for and no data is given.
std::vector<Sample> read_calibration_samples(const ir::Graph& graph, const Recipe& recipe,
                                             const ConvertOptions& options);

// Runs the float graph once for each sample and gathers statistics of its inputs and every f32
// value. The result depends on the samples and their order alone, not on `threads`.
Calibration calibrate(const ir::Graph& graph, const std::vector<Sample>& samples, int threads,
                      const std::function<void(double)>& progress);

}  // namespace linnet
