#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/import/onnx/onnx_weights.h"
#include "converter/import/onnx/onnx_window.h"

namespace linnet::onnx_import {

namespace {

// Shape of the weights as [o, i, h, w]; a 1-D kernel has height 1.
std::vector<int32_t> weights_shape(OnnxNode& node) {
  int id = weights_source(node, 1);
  if (id < 0) id = node.constant_input(1, "weights");
  std::vector<int32_t> shape = node.shape(id);
  node.require(shape.size() == 3 || shape.size() == 4,
               fmt::format("it convolves over {} axes", static_cast<int>(shape.size()) - 2),
               "Linnet has convolution over one and two");
  if (shape.size() == 3) shape.insert(shape.begin() + 2, 1);
  return shape;
}

OnnxWindow conv_window(OnnxNode& node, const std::vector<int32_t>& weights) {
  const bool flat = node.rank(node.input(0)) == 3;
  return read_window(
      node, flat ? std::vector<int32_t>{weights[3]} : std::vector<int32_t>{weights[2], weights[3]});
}

void check_groups(OnnxNode& node, int32_t group, int32_t outputs) {
  if (group < 1 || outputs < 1 || outputs % group != 0) {
    throw std::invalid_argument(fmt::format("{} output channels in {} groups", outputs, group));
  }
  const auto& shape = node.shape(node.input(0));
  if (shape.size() != node.shape(node.quantized_input(1)).size()) {
    throw std::invalid_argument("its input and weights differ in rank");
  }
  const int32_t channels = shape[1];
  if (channels >= 0 && channels % group != 0) {
    throw std::invalid_argument(fmt::format("{} input channels in {} groups", channels, group));
  }
}

void import_conv(OnnxNode& node) {
  const int x = node.input(0);
  const auto w = weights_shape(node);
  const int32_t group = node.attr_int("group", 1), o = w[0], i = w[1], h = w[2], k = w[3];
  check_groups(node, group, o);
  const OnnxWindow window = conv_window(node, w);
  const int bias = bias_input(node, 2, o);
  const bool depthwise = group == o && i == 1 && group > 1;
  const int y = in_nhwc(node, x, [&](int nhwc) {
    if (depthwise) {
      const int weights = laid_out_weights(node, 1,
                                           {.view = {o, h, k},
                                            .perm = {1, 2, 0},
                                            .result = {h, k, o},
                                            .channels_in = 0,
                                            .channels_out = 2},
                                           "weights");
      fb::DepthwiseConv2dOptionsT options;
      options.window = std::make_unique<fb::Window>(window.window);
      options.auto_pad = window.auto_pad;
      return node.emit(ir::OpType::depthwise_conv_2d, {nhwc, weights, bias}, std::move(options));
    }
    const int weights = laid_out_weights(
        node, 1, {.view = {o, i, h, k}, .perm = {0, 2, 3, 1}, .result = {o, h, k, i}}, "weights");
    fb::Conv2dOptionsT options;
    options.window = std::make_unique<fb::Window>(window.window);
    options.auto_pad = window.auto_pad;
    options.group = group;
    return node.emit(ir::OpType::conv_2d, {nhwc, weights, bias}, std::move(options));
  });
  node.set_output(0, y);
}

// One axis of a transposed convolution whose pads follow from the wanted output size.
struct TransposedAxis {
  int32_t pad_begin, pad_end, output_pad;
};

// `total` pads in all; below zero the output grows at its end. ONNX ConvTranspose, "total_padding".
TransposedAxis split_total(int64_t total, int32_t output_pad, bool upper) {
  // Sizes beyond any tensor are left to the shape rule.
  total = std::clamp<int64_t>(total, -(1 << 24), 1 << 24);
  output_pad = std::clamp(output_pad, 0, 1 << 24);
  if (total < 0) return {0, 0, output_pad - static_cast<int32_t>(total)};
  const int32_t half = static_cast<int32_t>(total / 2), rest = static_cast<int32_t>(total) - half;
  return upper ? TransposedAxis{half, rest, output_pad} : TransposedAxis{rest, half, output_pad};
}

void import_conv_transpose(OnnxNode& node) {
  const int x = node.input(0);
  const auto w = weights_shape(node);
  const int32_t group = node.attr_int("group", 1), i = w[0], per_group = w[1], h = w[2], k = w[3];
  if (group < 1 || i % group != 0)
    throw std::invalid_argument(fmt::format("{} input channels in {} groups", i, group));
  if (int64_t{per_group} * group > INT32_MAX)
    throw std::invalid_argument(fmt::format("{} groups of {} channels", group, per_group));
  if (node.rank(x) != node.rank(node.quantized_input(1))) {
    throw std::invalid_argument("its input and weights differ in rank");
  }
  const int32_t o = per_group * group;
  const bool flat = node.rank(x) == 3;
  OnnxWindow window = conv_window(node, w);
  std::vector<int32_t> output_pad = node.attr_ints("output_padding");
  if (output_pad.empty()) output_pad.assign(flat ? 1 : 2, 0);
  if (flat) output_pad.insert(output_pad.begin(), 0);
  if (output_pad.size() != 2)
    throw std::invalid_argument("output_padding needs one value for each axis");
  std::vector<int32_t> wanted = node.attr_ints("output_shape");
  if (!wanted.empty() && wanted.size() > output_pad.size())
    wanted.erase(wanted.begin(), wanted.end() - (flat ? 1 : 2));
  if (flat && !wanted.empty()) wanted.insert(wanted.begin(), 1);

  fb::Window& v = window.window;
  if (!wanted.empty() || window.auto_pad != fb::AutoPad::none) {
    std::vector<int32_t> in = node.shape(x);
    if (flat) in.insert(in.begin() + 2, 1);
    const auto axis = [&](size_t a, int64_t stride, int64_t dilation, int64_t kernel) {
      int64_t grown = (kernel - 1) * dilation + 1 + output_pad[a];
      if (wanted.empty()) {
        grown -= stride;  // the output is the input times the stride, whatever its size
      } else {
        node.require(in[a + 2] >= 0, "its output_shape needs a fixed input size",
                     "fix the input's shape (--shape)");
        grown += stride * (int64_t{in[a + 2]} - 1) - wanted[a];
      }
      return split_total(grown, output_pad[a], window.auto_pad == fb::AutoPad::same_upper);
    };
    const TransposedAxis rows = axis(0, v.stride_h(), v.dilation_h(), v.kernel_h());
    const TransposedAxis columns = axis(1, v.stride_w(), v.dilation_w(), v.kernel_w());
    v = fb::Window(v.kernel_h(), v.kernel_w(), v.stride_h(), v.stride_w(), v.dilation_h(),
                   v.dilation_w(), rows.pad_begin, columns.pad_begin, rows.pad_end,
                   columns.pad_end);
    output_pad = {rows.output_pad, columns.output_pad};
  }

  const int bias = bias_input(node, 2, o);
  const int y = in_nhwc(node, x, [&](int nhwc) {
    const int weights = laid_out_weights(node, 1,
                                         {.view = {group, i / group, per_group, h, k},
                                          .perm = {0, 2, 3, 4, 1},
                                          .result = {o, h, k, i / group},
                                          .channels_in = group == 1 ? 1 : -1,
                                          .channels_out = 0},
                                         "weights");
    fb::ConvTranspose2dOptionsT options;
    options.window = std::make_unique<fb::Window>(v);
    options.output_pad_h = output_pad[0];
    options.output_pad_w = output_pad[1];
    options.group = group;
    return node.emit(ir::OpType::conv_transpose_2d, {nhwc, weights, bias}, std::move(options));
  });
  node.set_output(0, y);
}

constexpr OnnxOp kOps[] = {
    {"Conv", import_conv, "1-D and 2-D; constant weights"},
    {"ConvTranspose", import_conv_transpose, "1-D and 2-D; constant weights"},
};

}  // namespace

std::span<const OnnxOp> conv_ops() { return kOps; }

}  // namespace linnet::onnx_import
