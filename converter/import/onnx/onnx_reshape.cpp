#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

void import_reshape(OnnxNode& node) {
  const int x = node.quantized_input(0);
  fb::ReshapeOptionsT options;
  options.allow_zero = node.attr_int("allowzero", 0) != 0;
  if (const auto shape = node.known_ints(1)) {
    options.shape = *shape;
    node.set_output(0, node.emit(OpType::reshape, {x}, std::move(options)));
    return;
  }
  options.from_input = true;
  node.set_output(0, node.emit(OpType::reshape, {x, node.input(1)}, std::move(options)));
}

void import_flatten(OnnxNode& node) {
  const int x = node.quantized_input(0), rank = node.rank(x);
  int axis = node.attr_int("axis", 1);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis > rank)
    throw std::invalid_argument(fmt::format("axis {} of rank {}", axis, rank));
  const auto& shape = node.shape(x);
  const auto product = [&](int first, int last) {
    int64_t n = 1;
    for (int i = first; i < last; ++i) {
      const int32_t d = shape[static_cast<size_t>(i)];
      n = d < 0 || n < 0 ? -1 : std::min<int64_t>(n * d, INT32_MAX);
    }
    return static_cast<int32_t>(n);
  };
  const int32_t rows = product(0, axis), columns = product(axis, rank);
  if (axis == 1) {
    node.set_output(0, node.reshape(x, {0, columns > 0 ? columns : -1}));
  } else {
    node.require(rows > 0 || columns > 0, "it joins axes of unknown size on both sides",
                 "fix the input's shape (--shape)");
    node.set_output(0, node.reshape(x, {rows > 0 ? rows : -1, rows > 0 ? -1 : columns}));
  }
}

void import_squeeze(OnnxNode& node) {
  const int x = node.quantized_input(0);
  auto axes = node.list("axes", 1);
  if (!axes) {
    axes.emplace();
    for (size_t i = 0; i < node.shape(x).size(); ++i) {
      node.require(node.shape(x)[i] >= 0, "it drops axes of size 1 and some size is unknown",
                   "name its axes");
      if (node.shape(x)[i] == 1) axes->push_back(static_cast<int32_t>(i));
    }
  }
  node.set_output(0, node.emit(OpType::squeeze, {x}, ir::axes_options(*axes)));
}

void import_unsqueeze(OnnxNode& node) {
  const int x = node.quantized_input(0);
  const auto axes = node.list("axes", 1);
  if (!axes) throw std::invalid_argument("it names no axes");
  node.set_output(0, node.emit(OpType::unsqueeze, {x}, ir::axes_options(*axes)));
}

void import_transpose(OnnxNode& node) {
  const int x = node.quantized_input(0);
  auto perm = node.attr_ints("perm");
  if (perm.empty()) {
    for (int i = node.rank(x); i-- > 0;) perm.push_back(i);
  }
  node.set_output(0, node.transpose(x, perm));
}

// A pixel's b × b block to or from channels, in NHWC: split, swap, join.
struct Blocks {
  int32_t block, h, w, c;
};

Blocks block_sizes(OnnxNode& node, int x) {
  const auto& shape = node.shape(x);
  const int32_t block = node.attr_int("blocksize", 0);
  if (shape.size() != 4 || block < 1 || block > 1024)
    throw std::invalid_argument("it needs [n,c,h,w] and a blocksize");
  node.require(shape[1] > 0 && shape[2] > 0 && shape[3] > 0, "its input size is unknown",
               "fix the input's shape (--shape)");
  const int64_t b = block;
  if (shape[2] * b > INT32_MAX || shape[3] * b > INT32_MAX || shape[1] * b * b > INT32_MAX)
    throw std::invalid_argument("its result is too large");
  return {block, shape[2], shape[3], shape[1]};
}

void import_depth_to_space(OnnxNode& node) {
  const int x = node.quantized_input(0);
  const auto [b, h, w, c] = block_sizes(node, x);
  if (c % (b * b) != 0)
    throw std::invalid_argument(fmt::format("{} channels in blocks of {}x{}", c, b, b));
  const int32_t out = c / (b * b);
  const int nhwc = node.transpose(x, {0, 2, 3, 1});
  const bool crd = node.attr_string("mode", "DCR") == "CRD";
  const int split = node.reshape(nhwc, crd ? std::vector<int32_t>{-1, h, w, out, b, b}
                                           : std::vector<int32_t>{-1, h, w, b, b, out});
  const int swapped = node.transpose(
      split, crd ? std::vector<int32_t>{0, 1, 4, 2, 5, 3} : std::vector<int32_t>{0, 1, 3, 2, 4, 5});
  node.set_output(0, node.transpose(node.reshape(swapped, {-1, h * b, w * b, out}), {0, 3, 1, 2}));
}

void import_space_to_depth(OnnxNode& node) {
  const int x = node.quantized_input(0);
  const auto [b, h, w, c] = block_sizes(node, x);
  if (h % b != 0 || w % b != 0)
    throw std::invalid_argument(fmt::format("{}x{} pixels in blocks of {}x{}", h, w, b, b));
  const int split = node.reshape(node.transpose(x, {0, 2, 3, 1}), {-1, h / b, b, w / b, b, c});
  const int swapped = node.transpose(split, {0, 1, 3, 2, 4, 5});
  node.set_output(
      0, node.transpose(node.reshape(swapped, {-1, h / b, w / b, b * b * c}), {0, 3, 1, 2}));
}

constexpr OnnxOp kOps[] = {
    {"DepthToSpace", import_depth_to_space, "known input size"},
    {"Flatten", import_flatten},
    {"Reshape", import_reshape},
    {"SpaceToDepth", import_space_to_depth, "known input size"},
    {"Squeeze", import_squeeze, "constant axes"},
    {"Transpose", import_transpose},
    {"Unsqueeze", import_unsqueeze, "constant axes"},
};

}  // namespace

std::span<const OnnxOp> reshape_ops() { return kOps; }

}  // namespace linnet::onnx_import
