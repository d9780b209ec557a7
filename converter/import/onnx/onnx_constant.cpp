#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"

namespace linnet::onnx_import {

namespace {

using ir::OpType;

ir::Tensor constant_value(OnnxNode& node) {
  if (const auto* value = node.find("value"))
    return node.importer().file().constant(value->t(), node.output_name(0));
  ir::Tensor tensor;
  tensor.constant = true;
  const auto set = [&](const auto& values, ir::DType dtype, bool list) {
    tensor.dtype = dtype;
    tensor.bytes = ir::Bytes::of(values);
    if (list) tensor.shape = {static_cast<int32_t>(values.size())};
  };
  if (const auto* value = node.find("value_float")) {
    set(std::vector<float>{value->f()}, ir::DType::f32, false);
  } else if (const auto* floats = node.find("value_floats")) {
    set(std::vector<float>(floats->floats().begin(), floats->floats().end()), ir::DType::f32, true);
  } else if (node.has_attr("value_int")) {
    set(std::vector<int32_t>{node.attr_int("value_int", 0)}, ir::DType::s32, false);
  } else if (node.has_attr("value_ints")) {
    set(node.attr_ints("value_ints"), ir::DType::s32, true);
  } else {
    node.fail("its value is a string or sparse");
  }
  return tensor;
}

void import_constant(OnnxNode& node) {
  ir::Tensor tensor = constant_value(node);
  tensor.name = node.importer().unique_name(node.output_name(0));
  node.set_output(0, node.graph().add_tensor(std::move(tensor)));
}

void import_constant_of_shape(OnnxNode& node) {
  fb::ConstantOfShapeOptionsT options;
  if (const auto* attribute = node.find("value")) {
    const ir::Tensor value = node.importer().file().constant(attribute->t(), node.name());
    if (value.elements() != 1) throw std::invalid_argument("its value is not a single one");
    options.dtype = value.dtype;
    switch (value.dtype) {
      case ir::DType::f32:
        options.value = value.values<float>()[0];
        break;
      case ir::DType::s32:
        options.value = static_cast<float>(value.values<int32_t>()[0]);
        node.require(std::abs(int64_t{value.values<int32_t>()[0]}) <= 1 << 24,
                     "it fills with an integer beyond 2^24");
        break;
      case ir::DType::s8:
        options.value = value.values<int8_t>()[0];
        break;
      default:
        options.value = value.values<uint8_t>()[0];
        break;
    }
  }
  node.set_output(0, node.emit(OpType::constant_of_shape, {node.input(0)}, std::move(options)));
}

void import_range(OnnxNode& node) {
  node.set_output(0, node.emit(OpType::range, {node.input(0), node.input(1), node.input(2)}));
}

void import_shape(OnnxNode& node) {
  fb::ShapeOptionsT options;
  options.start = node.attr_int("start", 0);
  options.end = node.attr_int("end", INT32_MAX);
  const int x = node.quantized_input(0), rank = node.rank(x);
  const auto clip = [&](int at) { return std::clamp(at < 0 ? at + rank : at, 0, rank); };
  std::vector<int32_t> dims;
  for (int i = clip(options.start); i < clip(options.end); ++i)
    dims.push_back(node.shape(x)[static_cast<size_t>(i)]);
  const bool known = std::all_of(dims.begin(), dims.end(), [](int32_t d) { return d >= 0; });
  node.set_output(0, known ? node.ints(dims) : node.emit(OpType::shape, {x}, std::move(options)));
}

void import_size(OnnxNode& node) {
  const int x = node.quantized_input(0);
  int64_t size = 1;
  for (int32_t d : node.shape(x)) {
    node.require(d >= 0, "its input size is unknown", "fix the input's shape (--shape)");
    size *= d;
    node.require(size <= INT32_MAX, "its input has more than 2^31 values");
  }
  const int id = node.ints({static_cast<int32_t>(size)});
  node.tensor(id).shape = {};
  node.set_output(0, id);
}

bool is_true(OnnxNode& node, int constant) {
  const ir::Tensor& tensor = node.tensor(constant);
  if (tensor.dtype != ir::DType::boolean || tensor.elements() != 1) {
    throw std::invalid_argument("a condition is not a single truth value");
  }
  return tensor.values<uint8_t>()[0] != 0;
}

void import_identity(OnnxNode& node) { node.set_output(0, node.quantized_input(0)); }

void import_dropout(OnnxNode& node) {
  node.require(!node.output_used(1), "its mask is used", "export the model in evaluation mode");
  if (node.has_input(2)) {
    const int training = node.constant_input(2, "training mode");
    node.require(!is_true(node, training), "it is in training mode",
                 "export the model in evaluation mode");
  }
  import_identity(node);
}

// Only with a condition that is always the same: its branch takes the node's place.
void import_if(OnnxNode& node) {
  const int condition = node.importer().fold(node.quantized_input(0));
  node.require(condition >= 0, "its condition is computed from the inputs",
               "export each branch as a model of its own");
  const bool taken = is_true(node, condition);
  const auto* branch = node.find(taken ? "then_branch" : "else_branch");
  if (!branch || !branch->has_g() || branch->g().output_size() != node.output_count()) {
    throw std::invalid_argument("its branches do not fit its outputs");
  }
  const auto outputs = node.importer().import_branch(branch->g());
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] < 0) throw std::invalid_argument("its branch leaves an output unwritten");
    node.set_output(static_cast<int>(i), outputs[i]);
  }
}

constexpr OnnxOp kOps[] = {
    {"Constant", import_constant, "not strings, not sparse"},
    {"ConstantOfShape", import_constant_of_shape},
    {"Dropout", import_dropout, "inference only"},
    {"Identity", import_identity},
    {"If", import_if, "constant condition"},
    {"Range", import_range},
    {"Shape", import_shape},
    {"Size", import_size, "known input size"},
};

}  // namespace

std::span<const OnnxOp> constant_ops() { return kOps; }

}  // namespace linnet::onnx_import
