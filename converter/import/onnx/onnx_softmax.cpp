#include <algorithm>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

int axis_op(OnnxNode& node, OpType op, int x, int axis) {
  return node.emit(op, {x}, ir::axis_options(axis));
}

// Before opset 13 the axes from `axis` on count as one. Runs `body` on the last axis of that view.
template <typename Body>
int along_axis(OnnxNode& node, int x, Body body) {
  const int rank = node.rank(x);
  if (node.opset() >= 13) return body(x, ir::normalize_axis(node.attr_int("axis", -1), rank));
  const int axis = ir::normalize_axis(node.attr_int("axis", 1), rank);
  const auto& shape = node.shape(x);
  // Trailing axes of size 1 change nothing.
  if (std::all_of(shape.begin() + axis + 1, shape.end(), [](int32_t d) { return d == 1; }))
    return body(x, axis);
  std::vector<int32_t> rows(static_cast<size_t>(axis), 0);
  rows.push_back(-1);
  const int y = body(node.reshape(x, rows), axis);
  fb::ReshapeOptionsT back;
  back.from_input = true;
  return node.emit(OpType::reshape, {y, node.emit(OpType::shape, {x}, fb::ShapeOptionsT{})},
                   std::move(back));
}

void import_softmax(OnnxNode& node) {
  node.set_output(0, along_axis(node, node.input(0), [&](int x, int axis) {
                    return axis_op(node, OpType::softmax, x, axis);
                  }));
}

// x - max - log(sum(exp(x - max))), which keeps small probabilities apart.
void import_log_softmax(OnnxNode& node) {
  node.set_output(0, along_axis(node, node.input(0), [&](int x, int axis) {
                    const auto reduce = [&](OpType op, int of) {
                      fb::ReduceOptionsT options;
                      options.axes = {axis};
                      return node.emit(op, {of}, std::move(options));
                    };
                    const int centred = node.emit(OpType::sub, {x, reduce(OpType::reduce_max, x)},
                                                  fb::BinaryOptionsT{});
                    const int sum = reduce(OpType::reduce_sum, node.emit(OpType::exp, {centred}));
                    return node.emit(OpType::sub, {centred, node.emit(OpType::log, {sum})},
                                     fb::BinaryOptionsT{});
                  }));
}

constexpr OnnxOp kOps[] = {{"LogSoftmax", import_log_softmax}, {"Softmax", import_softmax}};

}  // namespace

std::span<const OnnxOp> softmax_ops() { return kOps; }

}  // namespace linnet::onnx_import
