#include <fmt/format.h>

#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

void import_concat(OnnxNode& node) {
  std::vector<int> inputs;
  for (int i = 0; i < node.input_count(); ++i) inputs.push_back(node.input(i));
  if (inputs.empty()) throw std::invalid_argument("it has no inputs");
  const int axis = ir::normalize_axis(node.attr_int("axis", 1), node.rank(inputs[0]));
  if (inputs.size() == 1) {
    node.set_output(0, inputs[0]);
  } else {
    node.set_output(0, node.emit(OpType::concat, inputs, ir::axis_options(axis)));
  }
}

void import_split(OnnxNode& node) {
  const int x = node.quantized_input(0);
  fb::SplitOptionsT options;
  options.axis = ir::normalize_axis(node.attr_int("axis", 0), node.rank(x));
  if (const auto sizes = node.list("split", 1)) options.sizes = *sizes;
  const int count = node.output_count();
  const int32_t size = node.shape(x)[static_cast<size_t>(options.axis)];
  if (options.sizes.empty() && size >= 0 && size % count != 0) {
    // From opset 18 on the last part may be smaller.
    const int64_t part = (int64_t{size} + count - 1) / count, rest = size - part * (count - 1);
    if (rest < 0) throw std::invalid_argument(fmt::format("{} values in {} parts", size, count));
    options.sizes.assign(static_cast<size_t>(count), static_cast<int32_t>(part));
    options.sizes.back() = static_cast<int32_t>(rest);
  }
  const auto outputs =
      node.emit_many(ir::make_node(OpType::split, node.name(), {x}, {}, std::move(options)), count);
  for (int i = 0; i < count; ++i) node.set_output(i, outputs[static_cast<size_t>(i)]);
}

void import_slice(OnnxNode& node) {
  const int x = node.quantized_input(0);
  fb::SliceOptionsT options;
  if (node.has_attr("starts")) {
    options.starts = node.attr_ints("starts");
    options.ends = node.attr_ints("ends");
    options.axes = node.attr_ints("axes");
    node.set_output(0, node.emit(OpType::slice, {x}, std::move(options)));
    return;
  }
  const auto starts = node.known_ints(1), ends = node.known_ints(2);
  const auto axes = node.has_input(3) ? node.known_ints(3) : std::vector<int32_t>{};
  const auto steps = node.has_input(4) ? node.known_ints(4) : std::vector<int32_t>{};
  if (starts && ends && axes && steps) {
    options.starts = *starts;
    options.ends = *ends;
    options.axes = *axes;
    options.steps = *steps;
    node.set_output(0, node.emit(OpType::slice, {x}, std::move(options)));
    return;
  }
  node.set_output(0, node.emit(OpType::slice,
                               {x, node.input(1), node.input(2), node.optional_input(3),
                                node.optional_input(4)},
                               std::move(options)));
}

// pads of the named axes to pads of all axes.
std::vector<int32_t> all_pads(const std::vector<int32_t>& pads, const std::vector<int32_t>& axes,
                              int rank) {
  std::vector<int32_t> all(static_cast<size_t>(rank) * 2, 0);
  if (pads.size() != axes.size() * 2)
    throw std::invalid_argument("pad needs two values for each axis");
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<size_t>(ir::normalize_axis(axes[i], rank));
    all[axis] = pads[i];
    all[axis + static_cast<size_t>(rank)] = pads[i + axes.size()];
  }
  return all;
}

void import_pad(OnnxNode& node) {
  const int x = node.input(0), rank = node.rank(x);
  fb::PadOptionsT options;
  const std::string mode = node.attr_string("mode", "constant");
  if (mode == "reflect")
    options.mode = fb::PadMode::reflect;
  else if (mode == "edge")
    options.mode = fb::PadMode::edge;
  else
    node.require(mode == "constant", fmt::format("its mode is '{}'", mode),
                 "Linnet pads by constant, reflect or edge");
  options.value = node.attr_float("value", 0.0f);
  if (node.has_input(2)) {
    const int value = node.constant_input(2, "padding value");
    const ir::Tensor& constant = node.tensor(value);
    if (constant.elements() != 1)
      throw std::invalid_argument("its padding value is not a single one");
    options.value = constant.dtype == ir::DType::f32 ? constant.values<float>()[0]
                    : constant.dtype == ir::DType::s32
                        ? static_cast<float>(constant.values<int32_t>()[0])
                        : static_cast<float>(constant.values<uint8_t>()[0]);
  }
  std::vector<int32_t> axes;
  for (int i = 0; i < rank; ++i) axes.push_back(i);
  if (node.has_input(3)) axes = node.constant_ints(3, "axes");
  const auto pads = node.has_attr("pads") ? node.attr_ints("pads") : node.known_ints(1);
  if (pads) {
    options.pads = all_pads(*pads, axes, rank);
    node.set_output(0, node.emit(OpType::pad, {x}, std::move(options)));
    return;
  }
  node.require(!node.has_input(3), "its pads are computed and name their axes");
  node.set_output(0, node.emit(OpType::pad, {x, node.input(1)}, std::move(options)));
}

void import_gather(OnnxNode& node) {
  const int x = node.quantized_input(0);
  const int axis = ir::normalize_axis(node.attr_int("axis", 0), node.rank(x));
  node.set_output(0, node.emit(OpType::gather, {x, node.input(1)}, ir::axis_options(axis)));
}

void import_expand(OnnxNode& node) {
  node.set_output(0, node.emit(OpType::expand, {node.quantized_input(0), node.input(1)}));
}

void import_tile(OnnxNode& node) {
  node.set_output(0, node.emit(OpType::tile, {node.quantized_input(0), node.input(1)}));
}

constexpr OnnxOp kOps[] = {
    {"Concat", import_concat}, {"Expand", import_expand},
    {"Gather", import_gather}, {"Pad", import_pad, "modes constant, reflect and edge"},
    {"Slice", import_slice},   {"Split", import_split, "constant sizes"},
    {"Tile", import_tile},
};

}  // namespace

std::span<const OnnxOp> slice_ops() { return kOps; }

}  // namespace linnet::onnx_import
