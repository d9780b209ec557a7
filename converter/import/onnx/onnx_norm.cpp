#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"

namespace linnet::onnx_import {

namespace {

// [c] for rank 2, [c, 1, 1] for rank 4: broadcasts along axis 1.
std::vector<int32_t> channel_shape(size_t channels, int rank) {
  std::vector<int32_t> shape(static_cast<size_t>(rank > 2 ? rank - 1 : 1), 1);
  shape[0] = static_cast<int32_t>(channels);
  return shape;
}

int binary(OnnxNode& node, ir::OpType op, int a, int b) {
  return node.emit(op, {a, b}, fb::BinaryOptionsT{});
}

int mean(OnnxNode& node, int x, const std::vector<int32_t>& axes) {
  fb::ReduceOptionsT options;
  options.axes = axes;
  return node.emit(ir::OpType::reduce_mean, {x}, std::move(options));
}

// Inference form: y = x * (scale / sqrt(var + epsilon)) + (bias - mean * …), folded into neighbours
// later.
void import_batch_norm(OnnxNode& node) {
  node.require(node.attr_int("training_mode", 0) == 0, "it is in training mode",
               "export the model in evaluation mode");
  node.require(node.attr_int("spatial", 1) == 1,
               "it normalizes each pixel on its own (spatial = 0)");
  for (int i = 1; i < node.output_count(); ++i) {
    node.require(!node.output_used(i), "its statistics are used as outputs",
                 "export the model in evaluation mode");
  }
  const int x = node.input(0);
  const auto scale = node.constant_floats(1, "scale"), bias = node.constant_floats(2, "bias");
  const auto average = node.constant_floats(3, "mean"),
             variance = node.constant_floats(4, "variance");
  const size_t c = scale.size();
  if (bias.size() != c || average.size() != c || variance.size() != c || node.rank(x) < 2) {
    throw std::invalid_argument("its four parameters do not have the same length");
  }
  const double epsilon = node.attr_float("epsilon", 1e-5f);
  std::vector<float> factor(c), offset(c);
  for (size_t i = 0; i < c; ++i) {
    const double f = scale[i] / std::sqrt(variance[i] + epsilon);
    factor[i] = static_cast<float>(f);
    offset[i] = static_cast<float>(bias[i] - average[i] * f);
  }
  const auto shape = channel_shape(c, node.rank(x));
  const int product = binary(node, ir::OpType::mul, x, node.floats(factor, shape));
  node.set_output(0, binary(node, ir::OpType::add, product, node.floats(offset, shape)));
}

// Written out: no model class of ours depends on it for speed.
void import_instance_norm(OnnxNode& node) {
  const int x = node.input(0);
  const auto scale = node.constant_floats(1, "scale"), bias = node.constant_floats(2, "bias");
  std::vector<int32_t> axes;
  for (int axis = 2; axis < node.rank(x); ++axis) axes.push_back(axis);
  node.require(!axes.empty(), "its input has no axis to normalize over");
  const auto shape = channel_shape(scale.size(), node.rank(x));
  const int centred = binary(node, ir::OpType::sub, x, mean(node, x, axes));
  const int variance = mean(node, binary(node, ir::OpType::mul, centred, centred), axes);
  const int shifted =
      binary(node, ir::OpType::add, variance, node.scalar(node.attr_float("epsilon", 1e-5f)));
  const int normal = binary(node, ir::OpType::div, centred, node.emit(ir::OpType::sqrt, {shifted}));
  const int product = binary(node, ir::OpType::mul, normal, node.floats(scale, shape));
  node.set_output(0, binary(node, ir::OpType::add, product, node.floats(bias, shape)));
}

void import_layer_norm(OnnxNode& node) {
  node.require(!node.output_used(1) && !node.output_used(2),
               "its Mean or InvStdDev output is used");
  const int x = node.input(0), rank = node.rank(x);
  const int axis =
      node.attr_int("axis", -1) < 0 ? node.attr_int("axis", -1) + rank : node.attr_int("axis", -1);
  if (axis < 0 || axis >= rank)
    throw std::invalid_argument(fmt::format("axis {} of rank {}", axis, rank));
  const std::vector<int32_t> shape = node.shape(x);
  int32_t width = 1;
  for (size_t i = static_cast<size_t>(axis); i < shape.size(); ++i) {
    node.require(shape[i] > 0, "it normalizes over an axis of unknown size",
                 "fix the input's shape (--shape)");
    node.require(shape[i] <= (1 << 24) / width, "it normalizes over more than 2^24 values");
    width *= shape[i];
  }
  const auto spread = [&](const std::vector<float>& values) {
    std::vector<float> all(static_cast<size_t>(width));
    if (values.empty() || all.size() % values.size() != 0)
      throw std::invalid_argument("its scale does not fit its input");
    for (size_t i = 0; i < all.size(); ++i) all[i] = values[i % values.size()];
    return node.floats(all, {width});
  };
  const int gamma = spread(node.constant_floats(1, "scale"));
  const int beta =
      spread(node.has_input(2) ? node.constant_floats(2, "bias") : std::vector<float>{0.0f});
  fb::LayerNormOptionsT options;
  options.epsilon = node.attr_float("epsilon", 1e-5f);
  if (axis == rank - 1) {
    node.set_output(0, node.emit(ir::OpType::layer_norm, {x, gamma, beta}, std::move(options)));
    return;
  }
  std::vector<int32_t> rows(static_cast<size_t>(axis), 0);
  rows.push_back(width);
  const int y =
      node.emit(ir::OpType::layer_norm, {node.reshape(x, rows), gamma, beta}, std::move(options));
  std::vector<int32_t> back = shape;
  for (size_t i = 0; i < static_cast<size_t>(axis); ++i) back[i] = 0;
  node.set_output(0, node.reshape(y, back));
}

constexpr OnnxOp kOps[] = {
    {"BatchNormalization", import_batch_norm, "inference only; constant parameters"},
    {"InstanceNormalization", import_instance_norm, "constant scale and bias"},
    {"LayerNormalization", import_layer_norm, "constant scale and bias; first output only"},
};

}  // namespace

std::span<const OnnxOp> norm_ops() { return kOps; }

}  // namespace linnet::onnx_import
