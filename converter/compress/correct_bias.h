#pragma once

#include <vector>

#include "converter/ir/graph.h"

namespace linnet {

// Mean error that stored weights add to each output channel of a conv_2d, depthwise_conv_2d or
// fully_connected, (ŵ - w)·E[x], where E[x] is the input's mean by channel and padding is left out.
// Empty when the layer is of another kind or the means do not fit it.
std::vector<double> mean_weight_error(const ir::Node& node, const ir::Tensor& original,
                                      const ir::Tensor& stored,
                                      const std::vector<double>& input_mean);

}  // namespace linnet
