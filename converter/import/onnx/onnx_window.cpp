#include "converter/import/onnx/onnx_window.h"

#include <fmt/format.h>

#include <stdexcept>

namespace linnet::onnx_import {

namespace {

// One or two values (with `fill` for the missing height), or defaults.
std::vector<int32_t> pair(OnnxNode& node, const std::string& attribute, size_t axes,
                          int32_t fallback) {
  std::vector<int32_t> values = node.attr_ints(attribute);
  if (values.empty()) values.assign(axes, fallback);
  if (values.size() != axes) {
    throw std::invalid_argument(
        fmt::format("attribute {} has {} values for {} axes", attribute, values.size(), axes));
  }
  if (axes == 1) values.insert(values.begin(), fallback);
  return values;
}

}  // namespace

OnnxWindow read_window(OnnxNode& node, const std::vector<int32_t>& kernel) {
  const size_t axes = kernel.size();
  node.require(axes == 1 || axes == 2, fmt::format("it slides over {} axes", axes),
               "Linnet has windows of one and two");
  const auto strides = pair(node, "strides", axes, 1), dilations = pair(node, "dilations", axes, 1);
  std::vector<int32_t> pads = node.attr_ints("pads");
  if (pads.empty()) pads.assign(2 * axes, 0);
  if (pads.size() != 2 * axes) throw std::invalid_argument("pads need two values for each axis");
  if (axes == 1) pads = {0, pads[0], 0, pads[1]};
  const std::string auto_pad = node.attr_string("auto_pad", "NOTSET");
  OnnxWindow result;
  if (auto_pad == "SAME_UPPER")
    result.auto_pad = fb::AutoPad::same_upper;
  else if (auto_pad == "SAME_LOWER")
    result.auto_pad = fb::AutoPad::same_lower;
  else if (auto_pad != "VALID" && auto_pad != "NOTSET" && !auto_pad.empty()) {
    throw std::invalid_argument(fmt::format("auto_pad '{}' does not exist", auto_pad));
  }
  if (auto_pad != "NOTSET" && !auto_pad.empty()) pads.assign(4, 0);
  const int32_t h = axes == 1 ? 1 : kernel[0];
  result.window = fb::Window(h, kernel.back(), strides[0], strides[1], dilations[0], dilations[1],
                             pads[0], pads[1], pads[2], pads[3]);
  return result;
}

int in_nhwc(OnnxNode& node, int x, const std::function<int(int)>& body) {
  const int rank = node.rank(x);
  node.require(rank == 3 || rank == 4, fmt::format("its input has {} dimensions", rank),
               "Linnet has it for images [n,c,h,w] and sequences [n,c,w]");
  if (rank == 4) return node.transpose(body(node.transpose(x, {0, 2, 3, 1})), {0, 3, 1, 2});
  const int image = node.emit(ir::OpType::unsqueeze, {x}, ir::axes_options({2}));
  const int y = node.transpose(body(node.transpose(image, {0, 2, 3, 1})), {0, 3, 1, 2});
  return node.emit(ir::OpType::squeeze, {y}, ir::axes_options({2}));
}

}  // namespace linnet::onnx_import
