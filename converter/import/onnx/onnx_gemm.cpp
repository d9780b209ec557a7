#include <fmt/format.h>

#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/import/onnx/onnx_weights.h"
#include "converter/ir/permute.h"

namespace linnet::onnx_import {

namespace {

int scaled(OnnxNode& node, int id, float factor) {
  if (factor == 1.0f) return id;
  return node.emit(ir::OpType::mul, {id, node.scalar(factor)}, fb::BinaryOptionsT{});
}

int unsqueeze(OnnxNode& node, int id, int axis) {
  return node.emit(ir::OpType::unsqueeze, {id}, ir::axes_options({axis}));
}

int squeeze(OnnxNode& node, int id, int axis) {
  return node.emit(ir::OpType::squeeze, {id}, ir::axes_options({axis}));
}

// C of Gemm as a bias of n values, if it is constant and the same for every row; -1 otherwise.
int gemm_bias(OnnxNode& node, int32_t n, float beta) {
  if (!node.has_input(2)) return -1;
  const int id = weights_source(node, 2);
  if (id < 0) return -1;
  const ir::Tensor& c = node.tensor(id);
  if (c.quantization.present())
    return beta == 1.0f && c.elements() == n ? bias_input(node, 2, n) : -1;
  const bool row = c.elements() == n && (c.shape.empty() || c.shape.back() == n);
  if ((!row && c.elements() != 1) || c.dtype != ir::DType::f32) return -1;
  std::vector<float> bias(static_cast<size_t>(n));
  for (size_t i = 0; i < bias.size(); ++i) bias[i] = beta * c.values<float>()[row ? i : 0];
  return node.floats(bias, {n});
}

void import_gemm(OnnxNode& node) {
  int a = node.input(0);
  const float alpha = node.attr_float("alpha", 1.0f), beta = node.attr_float("beta", 1.0f);
  if (node.rank(a) != 2)
    throw std::invalid_argument(fmt::format("a Gemm input of rank {}", node.rank(a)));
  if (node.attr_int("transA", 0) != 0) a = node.transpose(a, {1, 0});
  const bool transposed = node.attr_int("transB", 0) != 0;
  const int source = weights_source(node, 1);
  int y = -1;
  bool biased = !node.has_input(2);
  if (source >= 0) {
    const auto shape = node.shape(source);
    if (shape.size() != 2)
      throw std::invalid_argument(fmt::format("a Gemm matrix of rank {}", shape.size()));
    WeightLayout layout{.view = shape, .perm = {0, 1}, .result = shape};
    if (!transposed)
      layout = {.view = shape, .perm = {1, 0}, .result = {shape[1], shape[0]}, .channels_in = 1};
    int weights = laid_out_weights(node, 1, layout, "matrix B");
    float left = alpha;
    if (alpha != 1.0f && node.graph().is_constant(weights)) {
      std::vector<float> values(node.tensor(weights).values<float>().begin(),
                                node.tensor(weights).values<float>().end());
      for (float& v : values) v *= alpha;
      weights = node.floats(values, layout.result);
      left = 1.0f;
    }
    const int bias = left == 1.0f ? gemm_bias(node, layout.result[0], beta) : -1;
    biased = biased || bias >= 0;
    y = scaled(
        node,
        node.emit(ir::OpType::fully_connected, {a, weights, bias}, fb::FullyConnectedOptionsT{}),
        left);
  } else {
    fb::BatchMatmulOptionsT options;
    options.transpose_b = transposed;
    y = scaled(node, node.emit(ir::OpType::batch_matmul, {a, node.input(1)}, std::move(options)),
               alpha);
  }
  if (!biased)
    y = node.emit(ir::OpType::add, {y, scaled(node, node.input(2), beta)}, fb::BinaryOptionsT{});
  node.set_output(0, y);
}

void import_matmul(OnnxNode& node) {
  int a = node.input(0);
  const int source = weights_source(node, 1);
  const int a_rank = node.rank(a);
  const bool row = a_rank == 1;
  if (a_rank == 0) throw std::invalid_argument("a product with a single value");
  if (row) a = unsqueeze(node, a, 0);
  int y = -1;
  bool column = false;
  if (source >= 0 && (node.rank(source) == 2 || node.rank(source) == 1)) {
    auto shape = node.shape(source);
    column = shape.size() == 1;
    if (column) shape.push_back(1);
    const int weights = laid_out_weights(
        node, 1, {.view = shape, .perm = {1, 0}, .result = {shape[1], shape[0]}, .channels_in = 1},
        "matrix B");
    y = node.emit(ir::OpType::fully_connected, {a, weights, -1}, fb::FullyConnectedOptionsT{});
  } else {
    int b = node.input(1);
    if (node.rank(b) == 0) throw std::invalid_argument("a product with a single value");
    column = node.rank(b) == 1;
    if (column) b = unsqueeze(node, b, 1);
    y = node.emit(ir::OpType::batch_matmul, {a, b}, fb::BatchMatmulOptionsT{});
  }
  if (column) y = squeeze(node, y, -1);
  if (row) y = squeeze(node, y, column ? -1 : -2);
  node.set_output(0, y);
}

constexpr OnnxOp kOps[] = {{"Gemm", import_gemm}, {"MatMul", import_matmul}};

}  // namespace

std::span<const OnnxOp> gemm_ops() { return kOps; }

}  // namespace linnet::onnx_import
