#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

// Axes and keepdims of a Reduce op: attributes in old opsets, the axes an input from 13 or 18 on.
// Nothing: the op leaves its input as it is.
std::optional<fb::ReduceOptionsT> reduce_options(OnnxNode& node) {
  const auto axes = node.list("axes", 1);
  if ((!axes || axes->empty()) && node.attr_int("noop_with_empty_axes", 0) != 0)
    return std::nullopt;
  fb::ReduceOptionsT options;
  if (axes) options.axes = *axes;
  options.keep_dims = node.attr_int("keepdims", 1) != 0;
  return options;
}

template <OpType op>
void import_reduce(OnnxNode& node) {
  const int x = op == OpType::reduce_max || op == OpType::reduce_min ? node.quantized_input(0)
                                                                     : node.input(0);
  const auto options = reduce_options(node);
  node.set_output(0, options ? node.emit(op, {x}, *options) : x);
}

int square(OnnxNode& node, int x) { return node.emit(OpType::mul, {x, x}, fb::BinaryOptionsT{}); }

void import_reduce_l1(OnnxNode& node) {
  const int x = node.emit(OpType::abs, {node.input(0)});
  const auto options = reduce_options(node);
  node.set_output(0, options ? node.emit(OpType::reduce_sum, {x}, *options) : x);
}

void import_reduce_sum_square(OnnxNode& node) {
  const int x = square(node, node.input(0));
  const auto options = reduce_options(node);
  node.set_output(0, options ? node.emit(OpType::reduce_sum, {x}, *options) : x);
}

void import_reduce_l2(OnnxNode& node) {
  const int x = square(node, node.input(0));
  const auto options = reduce_options(node);
  node.set_output(
      0, node.emit(OpType::sqrt, {options ? node.emit(OpType::reduce_sum, {x}, *options) : x}));
}

void import_arg(OnnxNode& node, int x) {
  fb::ArgmaxOptionsT options;
  options.axis = ir::normalize_axis(node.attr_int("axis", 0), node.rank(x));
  options.keep_dims = node.attr_int("keepdims", 1) != 0;
  options.select_last = node.attr_int("select_last_index", 0) != 0;
  node.set_output(0, node.emit(OpType::argmax, {x}, std::move(options)));
}

void import_argmax(OnnxNode& node) { import_arg(node, node.input(0)); }

void import_argmin(OnnxNode& node) { import_arg(node, node.emit(OpType::neg, {node.input(0)})); }

constexpr OnnxOp kOps[] = {
    {"ArgMax", import_argmax},
    {"ArgMin", import_argmin},
    {"ReduceL1", import_reduce_l1},
    {"ReduceL2", import_reduce_l2},
    {"ReduceMax", import_reduce<OpType::reduce_max>},
    {"ReduceMean", import_reduce<OpType::reduce_mean>},
    {"ReduceMin", import_reduce<OpType::reduce_min>},
    {"ReduceSum", import_reduce<OpType::reduce_sum>},
    {"ReduceSumSquare", import_reduce_sum_square},
};

}  // namespace

std::span<const OnnxOp> reduce_ops() { return kOps; }

}  // namespace linnet::onnx_import
