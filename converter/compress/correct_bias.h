#pragma once

#include <vector>

#include "converter/compress/compress.h"

namespace linnet {

// Mean error that stored weights add to each output channel of a conv_2d, depthwise_conv_2d or
// fully_connected, (ŵ - w)·E[x], where E[x] is the input's mean by channel and padding is left out.
// Empty when the layer is of another kind or the means do not fit it.
std::vector<double> mean_weight_error(const ir::Node& node, const ir::Tensor& original,
                                      const ir::Tensor& stored,
                                      const std::vector<double>& input_mean);

// What calibration saw of a tensor, or of the value it had before quantize and dequantize nodes
// were put around it; null when it saw nothing.
const TensorStatistics* statistics_of(const ir::Graph& graph, const Calibration& calibration,
                                      int tensor);

// The layer's constant bias less the mean error of its stored weights. The bias as it is where
// `input` is null or does not fit; empty when there is neither a bias nor an error to correct.
std::vector<float> corrected_bias(const ir::Graph& graph, const ir::Node& node,
                                  const ir::Tensor& original, const ir::Tensor& stored,
                                  const TensorStatistics* input);

}  // namespace linnet
