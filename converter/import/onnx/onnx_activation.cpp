#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

int clip(OnnxNode& node, int x, float low, float high) {
  return node.emit(OpType::clip, {x}, ir::clip_options(low, high));
}

template <OpType op>
void import_unary(OnnxNode& node) {
  node.set_output(0, node.emit(op, {node.input(0)}));
}

void import_relu(OnnxNode& node) {
  const int x = node.input(0);
  if (node.tensor(x).dtype == ir::DType::f32) {
    node.set_output(0, clip(node, x, 0.0f, kInfinity));
    return;
  }
  node.set_output(0, node.emit(OpType::maximum, {x, node.ints({0})}));
}

// A bound as a number: an attribute before opset 11, then an input. Nothing: it is computed.
std::optional<float> bound(OnnxNode& node, const std::string& attribute, int i, float fallback) {
  if (!node.has_input(i)) return node.attr_float(attribute, fallback);
  const int id = node.importer().fold(node.quantized_input(i));
  if (id < 0 || node.tensor(id).dtype != ir::DType::f32 || node.tensor(id).elements() != 1)
    return std::nullopt;
  return node.tensor(id).values<float>()[0];
}

void import_clip(OnnxNode& node) {
  const int x = node.input(0);
  const auto low = bound(node, "min", 1, -kInfinity), high = bound(node, "max", 2, kInfinity);
  if (low && high && node.tensor(x).dtype == ir::DType::f32) {
    // With crossed bounds ONNX gives the upper one.
    node.set_output(0, clip(node, x, std::min(*low, *high), *high));
    return;
  }
  int y = x;
  if (node.has_input(1)) y = node.emit(OpType::maximum, {y, node.input(1)});
  if (node.has_input(2)) y = node.emit(OpType::minimum, {y, node.input(2)});
  node.set_output(0, y);
}

void import_leaky_relu(OnnxNode& node) {
  fb::LeakyReluOptionsT options;
  options.alpha = node.attr_float("alpha", 0.01f);
  node.set_output(0, node.emit(OpType::leaky_relu, {node.input(0)}, std::move(options)));
}

void import_elu(OnnxNode& node) {
  fb::LeakyReluOptionsT options;
  options.alpha = node.attr_float("alpha", 1.0f);
  node.set_output(0, node.emit(OpType::elu, {node.input(0)}, std::move(options)));
}

// Slopes [c, 1, 1] of the usual export go to the last axis of NHWC.
void import_prelu(OnnxNode& node) {
  const int x = node.input(0), slope = node.constant_input(1, "slope");
  node.require(node.tensor(slope).dtype == ir::DType::f32, "its slope is not float");
  const auto shape = node.shape(slope);
  const int rank = node.rank(x);
  int32_t count = 1;
  for (int32_t d : shape) count *= d;
  const size_t last = shape.size();
  const bool per_channel = count == 1 || (rank == 4 && last >= 3 && shape[last - 3] == count) ||
                           (rank == 3 && last >= 2 && shape[last - 2] == count);
  if (per_channel && rank >= 3) {
    const int flat = node.floats(
        {node.tensor(slope).values<float>().begin(), node.tensor(slope).values<float>().end()},
        {count});
    std::vector<int32_t> there = {0, 2, 3, 1}, back = {0, 3, 1, 2};
    if (rank == 3) there = {0, 2, 1}, back = {0, 2, 1};
    if (rank == 4 || rank == 3) {
      node.set_output(
          0, node.transpose(node.emit(OpType::prelu, {node.transpose(x, there), flat}), back));
      return;
    }
  }
  if (last >= 1 && shape[last - 1] == count) {
    const int flat = node.floats(
        {node.tensor(slope).values<float>().begin(), node.tensor(slope).values<float>().end()},
        {count});
    node.set_output(0, node.emit(OpType::prelu, {x, flat}));
    return;
  }
  // Any other slope: max(x, 0) + slope * min(x, 0).
  const int negative =
      node.emit(OpType::mul, {clip(node, x, -kInfinity, 0.0f), slope}, fb::BinaryOptionsT{});
  node.set_output(
      0, node.emit(OpType::add, {clip(node, x, 0.0f, kInfinity), negative}, fb::BinaryOptionsT{}));
}

void import_hard_sigmoid(OnnxNode& node) {
  fb::HardSigmoidOptionsT options;
  options.alpha = node.attr_float("alpha", 0.2f);
  options.beta = node.attr_float("beta", 0.5f);
  node.set_output(0, node.emit(OpType::hard_sigmoid, {node.input(0)}, std::move(options)));
}

void import_gelu(OnnxNode& node) {
  fb::GeluOptionsT options;
  options.tanh_approximation = node.attr_string("approximate", "none") == "tanh";
  node.set_output(0, node.emit(OpType::gelu, {node.input(0)}, std::move(options)));
}

// log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|)).
int softplus(OnnxNode& node, int x) {
  const int decay = node.emit(OpType::exp, {node.emit(OpType::neg, {node.emit(OpType::abs, {x})})});
  const int sum = node.emit(OpType::add, {decay, node.scalar(1.0f)}, fb::BinaryOptionsT{});
  return node.emit(OpType::add, {clip(node, x, 0.0f, kInfinity), node.emit(OpType::log, {sum})},
                   fb::BinaryOptionsT{});
}

void import_softplus(OnnxNode& node) { node.set_output(0, softplus(node, node.input(0))); }

void import_mish(OnnxNode& node) {
  const int x = node.input(0);
  const int gate = node.emit(OpType::tanh, {softplus(node, x)});
  node.set_output(0, node.emit(OpType::mul, {x, gate}, fb::BinaryOptionsT{}));
}

constexpr OnnxOp kOps[] = {
    {"Clip", import_clip},
    {"Elu", import_elu},
    {"Gelu", import_gelu},
    {"HardSigmoid", import_hard_sigmoid},
    {"HardSwish", import_unary<OpType::hard_swish>},
    {"LeakyRelu", import_leaky_relu},
    {"Mish", import_mish},
    {"PRelu", import_prelu, "constant slope"},
    {"Relu", import_relu},
    {"Sigmoid", import_unary<OpType::sigmoid>},
    {"Softplus", import_softplus},
    {"Tanh", import_unary<OpType::tanh>},
};

}  // namespace

std::span<const OnnxOp> activation_ops() { return kOps; }

}  // namespace linnet::onnx_import
