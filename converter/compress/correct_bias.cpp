#include "converter/compress/correct_bias.h"

#include <algorithm>

namespace linnet {

std::vector<double> mean_weight_error(const ir::Node& node, const ir::Tensor& original,
                                      const ir::Tensor& stored,
                                      const std::vector<double>& input_mean) {
  const std::span<const float> w = original.values<float>();
  const std::vector<float> w_stored = dequantize_weights(stored);
  const auto error = [&](size_t i) {
    return static_cast<double>(w_stored[i]) - static_cast<double>(w[i]);
  };
  const size_t last = static_cast<size_t>(original.shape.back());

  if (node.op == fb::OpType::depthwise_conv_2d) {
    if (input_mean.size() != last) return {};
    std::vector<double> result(last, 0.0);
    for (size_t i = 0; i < w.size(); ++i) result[i % last] += error(i) * input_mean[i % last];
    return result;
  }
  size_t groups = 1;
  if (node.op == fb::OpType::conv_2d) {
    groups = static_cast<size_t>(node.as<fb::Conv2dOptionsT>().group);
  } else if (node.op != fb::OpType::fully_connected) {
    return {};
  }
  if (input_mean.size() != groups * last) return {};
  const size_t rows = static_cast<size_t>(original.shape[0]);
  const size_t row_size = w.size() / rows;
  std::vector<double> result(rows, 0.0);
  for (size_t row = 0; row < rows; ++row) {
    const size_t first_channel = row / (rows / groups) * last;
    for (size_t i = 0; i < row_size; ++i) {
      result[row] += error(row * row_size + i) * input_mean[first_channel + i % last];
    }
  }
  return result;
}

const TensorStatistics* statistics_of(const ir::Graph& graph, const Calibration& calibration,
                                      int tensor) {
  std::string name = graph.tensor(tensor).name;
  const std::string_view suffix = "/dequantized";
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  const auto found = calibration.find(name);
  return found == calibration.end() ? nullptr : &found->second;
}

std::vector<float> corrected_bias(const ir::Graph& graph, const ir::Node& node,
                                  const ir::Tensor& original, const ir::Tensor& stored,
                                  const TensorStatistics* input) {
  std::vector<float> bias;
  if (node.inputs.size() > 2 && graph.is_constant(node.inputs[2])) {
    const std::span<const float> values = graph.tensor(node.inputs[2]).values<float>();
    bias.assign(values.begin(), values.end());
  }
  if (input == nullptr) return bias;
  const std::vector<double> error =
      mean_weight_error(node, original, stored, input->channel_mean());
  bias.resize(std::max(bias.size(), error.size()), 0.0f);
  for (size_t c = 0; c < error.size(); ++c) bias[c] -= static_cast<float>(error[c]);
  return bias;
}

}  // namespace linnet
