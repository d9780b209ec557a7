#include <fmt/format.h>

#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/import/onnx/onnx_window.h"

namespace linnet::onnx_import {

namespace {

void import_pool(OnnxNode& node, ir::OpType op, int x) {
  const std::vector<int32_t> kernel = node.attr_ints("kernel_shape");
  const OnnxWindow window = read_window(node, kernel);
  if (static_cast<int>(kernel.size()) + 2 != node.rank(x)) {
    throw std::invalid_argument("its window and its input differ in rank");
  }
  const bool ceil_mode = node.attr_int("ceil_mode", 0) != 0,
             count_pad = node.attr_int("count_include_pad", 0) != 0;
  const int y = in_nhwc(node, x, [&](int nhwc) {
    fb::Pool2dOptionsT options;
    options.window = std::make_unique<fb::Window>(window.window);
    options.auto_pad = window.auto_pad;
    options.ceil_mode = ceil_mode;
    options.count_include_pad = count_pad;
    return node.emit(op, {nhwc}, std::move(options));
  });
  node.set_output(0, y);
}

void import_average_pool(OnnxNode& node) {
  import_pool(node, ir::OpType::average_pool_2d, node.input(0));
}

void import_max_pool(OnnxNode& node) {
  node.require(!node.output_used(1), "its second output (the places of the maxima) is used");
  import_pool(node, ir::OpType::max_pool_2d, node.quantized_input(0));
}

void import_global_pool(OnnxNode& node, ir::OpType op) {
  const int x = node.input(0);
  fb::ReduceOptionsT options;
  for (int axis = 2; axis < node.rank(x); ++axis) options.axes.push_back(axis);
  node.require(!options.axes.empty(), "its input has no axis to pool over");
  node.set_output(0, node.emit(op, {x}, std::move(options)));
}

void import_global_average_pool(OnnxNode& node) {
  import_global_pool(node, ir::OpType::reduce_mean);
}
void import_global_max_pool(OnnxNode& node) { import_global_pool(node, ir::OpType::reduce_max); }

constexpr OnnxOp kOps[] = {
    {"AveragePool", import_average_pool, "1-D and 2-D"},
    {"GlobalAveragePool", import_global_average_pool},
    {"GlobalMaxPool", import_global_max_pool},
    {"MaxPool", import_max_pool, "1-D and 2-D; without the Indices output"},
};

}  // namespace

std::span<const OnnxOp> pool_ops() { return kOps; }

}  // namespace linnet::onnx_import
