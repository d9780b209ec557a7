#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

fb::ResizeOptionsT resize_modes(OnnxNode& node) {
  fb::ResizeOptionsT options;
  const std::string mode = node.attr_string("mode", "nearest");
  if (mode == "linear" || mode == "bilinear")
    options.mode = fb::ResizeMode::linear;
  else
    node.require(mode == "nearest", fmt::format("its mode is '{}'", mode),
                 "Linnet resizes by nearest or linear");
  if (node.op() == "Upsample" || node.opset() < 11) {
    // Before opset 11: out pixel / scale, rounded down.
    options.coordinate = fb::CoordinateMode::asymmetric;
    options.nearest = fb::NearestMode::floor;
    return options;
  }
  const std::string coordinate = node.attr_string("coordinate_transformation_mode", "half_pixel");
  if (coordinate == "half_pixel")
    options.coordinate = fb::CoordinateMode::half_pixel;
  else if (coordinate == "pytorch_half_pixel")
    options.coordinate = fb::CoordinateMode::pytorch_half_pixel;
  else if (coordinate == "align_corners")
    options.coordinate = fb::CoordinateMode::align_corners;
  else if (coordinate == "asymmetric")
    options.coordinate = fb::CoordinateMode::asymmetric;
  else if (coordinate == "half_pixel_symmetric")
    options.coordinate = fb::CoordinateMode::half_pixel_symmetric;
  else
    node.fail(fmt::format("its coordinates are '{}'", coordinate),
              "use half_pixel, align_corners or asymmetric");
  const std::string nearest = node.attr_string("nearest_mode", "round_prefer_floor");
  if (nearest == "round_prefer_floor")
    options.nearest = fb::NearestMode::round_prefer_floor;
  else if (nearest == "round_prefer_ceil")
    options.nearest = fb::NearestMode::round_prefer_ceil;
  else if (nearest == "floor")
    options.nearest = fb::NearestMode::floor;
  else if (nearest == "ceil")
    options.nearest = fb::NearestMode::ceil;
  else
    throw std::invalid_argument(fmt::format("nearest_mode '{}' does not exist", nearest));
  node.require(node.attr_int("antialias", 0) == 0, "it asks for antialiasing", "export it without");
  return options;
}

// Scales or sizes of the axes that the node names, spread over all axes.
template <typename T>
std::vector<T> over_axes(OnnxNode& node, const std::vector<T>& values, std::vector<T> all) {
  auto axes = node.attr_ints("axes");
  if (axes.empty()) {
    if (values.size() != all.size())
      throw std::invalid_argument("it needs one scale or size for each axis");
    return values;
  }
  if (values.size() != axes.size())
    throw std::invalid_argument("it needs one scale or size for each axis that it names");
  for (size_t i = 0; i < axes.size(); ++i) {
    all[static_cast<size_t>(ir::normalize_axis(axes[i], static_cast<int>(all.size())))] = values[i];
  }
  return all;
}

// What the node resizes by: scales for every axis, known sizes for every axis, or computed sizes.
struct Target {
  std::vector<float> scales;
  std::vector<int32_t> sizes;
  int computed = -1;
};

// keep_aspect_ratio_policy: all axes that the node resizes by the smallest or largest of their
// scales.
void keep_aspect_ratio(OnnxNode& node, const std::vector<int32_t>& shape, Target* target) {
  const std::string policy = node.attr_string("keep_aspect_ratio_policy", "stretch");
  if (policy == "stretch") return;
  const bool known = target->computed < 0 &&
                     std::all_of(shape.begin(), shape.end(), [](int32_t d) { return d > 0; });
  node.require(known, "it keeps the aspect ratio of an input of unknown size",
               "fix the input's shape (--shape)");
  std::vector<bool> resized(shape.size(), !node.has_attr("axes"));
  for (int32_t axis : node.attr_ints("axes")) {
    resized[static_cast<size_t>(ir::normalize_axis(axis, static_cast<int>(shape.size())))] = true;
  }
  float scale = -1.0f;
  for (size_t i = 0; i < shape.size(); ++i) {
    const float s = static_cast<float>(target->sizes[i]) / static_cast<float>(shape[i]);
    if (!resized[i]) continue;
    scale = scale < 0.0f ? s : policy == "not_larger" ? std::min(scale, s) : std::max(scale, s);
  }
  // Pixels are placed by the scale; the size is rounded, while a resize by scales rounds it down.
  target->scales.assign(shape.size(), 1.0f);
  for (size_t i = 0; i < shape.size(); ++i) {
    if (!resized[i]) continue;
    const float size = scale * static_cast<float>(shape[i]);
    node.require(std::floor(size) == std::floor(size + 0.5f),
                 "it keeps the aspect ratio and rounds a size up",
                 "give it the sizes that it shall reach");
    target->scales[i] = scale;
  }
  target->sizes.clear();
}

Target read_target(OnnxNode& node, int x) {
  const auto& shape = node.shape(x);
  Target target;
  int scales = 1, sizes = -1;
  if (node.op() == "Resize" && node.opset() >= 11) scales = 2, sizes = 3;
  if (node.has_attr("scales")) {
    const auto* values = node.find("scales");
    target.scales.assign(values->floats().begin(), values->floats().end());
  } else if (sizes > 0 && node.has_input(sizes)) {
    if (const auto known = node.known_ints(sizes))
      target.sizes = over_axes(node, *known, shape);
    else
      target.computed = node.input(sizes);
    keep_aspect_ratio(node, shape, &target);
    return target;
  } else if (node.has_input(scales)) {
    target.scales = node.constant_floats(scales, "scales");
  }
  target.scales = over_axes(node, target.scales, std::vector<float>(shape.size(), 1.0f));
  return target;
}

void import_resize(OnnxNode& node) {
  int x = node.input(0);
  const int rank = node.rank(x);
  node.require(rank == 3 || rank == 4, fmt::format("its input has {} dimensions", rank),
               "Linnet resizes [n,c,h,w] and [n,c,w]");
  fb::ResizeOptionsT options = resize_modes(node);
  Target target = read_target(node, x);
  if (rank == 3) {
    node.require(target.computed < 0, "its sizes are computed");
    x = node.emit(OpType::unsqueeze, {x}, ir::axes_options({2}));
    if (!target.scales.empty()) target.scales.insert(target.scales.begin() + 2, 1.0f);
    if (!target.sizes.empty()) target.sizes.insert(target.sizes.begin() + 2, 1);
  }
  const auto shape = node.shape(x);
  const auto unchanged = [&](size_t axis) {
    if (target.computed >= 0) return true;
    return target.sizes.empty() ? target.scales[axis] == 1.0f : target.sizes[axis] == shape[axis];
  };
  node.require(unchanged(0), "it resizes the batch");
  // Channels last in the source already (scales [1, h, w, 1]): no transposes needed.
  const bool nhwc = target.computed < 0 && !unchanged(1) && unchanged(3);
  node.require(nhwc || unchanged(1), "it resizes channels", "Linnet resizes height and width");
  const size_t first = nhwc ? 1 : 2;
  std::vector<int> inputs = {nhwc ? x : node.transpose(x, {0, 2, 3, 1})};
  if (!target.sizes.empty()) options.sizes = {target.sizes[first], target.sizes[first + 1]};
  if (!target.scales.empty())
    options.scale_h = target.scales[first], options.scale_w = target.scales[first + 1];
  if (target.computed >= 0) {
    fb::SliceOptionsT last_two;
    const bool all = node.shape(target.computed) == std::vector<int32_t>{4};
    last_two.starts = {all ? 2 : 0};
    last_two.ends = {all ? 4 : 2};
    inputs.push_back(node.emit(OpType::slice, {target.computed}, std::move(last_two)));
  }
  int y = node.emit(OpType::resize, inputs, std::move(options));
  if (!nhwc) y = node.transpose(y, {0, 3, 1, 2});
  if (rank == 3) y = node.emit(OpType::squeeze, {y}, ir::axes_options({2}));
  node.set_output(0, y);
}

constexpr OnnxOp kOps[] = {
    {"Resize", import_resize,
     "nearest and linear over height and width; no antialias, no tf_crop_and_resize"},
    {"Upsample", import_resize, "nearest and linear over height and width"},
};

}  // namespace

std::span<const OnnxOp> resize_ops() { return kOps; }

}  // namespace linnet::onnx_import
