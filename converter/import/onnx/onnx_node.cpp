#include "converter/import/onnx/onnx_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "converter/ir/infer_shapes.h"

namespace linnet::onnx_import {

namespace {

int32_t narrow(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(),
                                                  std::numeric_limits<int32_t>::max()));
}

// Ops whose output holds values of the first input as they are, so quantization passes through.
bool moves_values(ir::OpType op) {
  using enum ir::OpType;
  switch (op) {
    case reshape:
    case squeeze:
    case unsqueeze:
    case transpose:
    case slice:
    case split:
    case gather:
    case expand:
    case tile:
    case max_pool_2d:
    case reduce_max:
    case reduce_min:
    case concat:
      return true;
    default:
      return false;
  }
}

}  // namespace

OnnxNode::OnnxNode(OnnxGraph& importer, const onnx::NodeProto& proto)
    : importer_(importer), proto_(proto), first_new_(importer.graph().tensors.size()) {
  name_ = proto.name();
  if (name_.empty() && proto.output_size() > 0) name_ = proto.output(0);
}

void OnnxNode::fail(const std::string& why, const std::string& advice) const {
  throw NodeFailure{why, advice};
}

const onnx::AttributeProto* OnnxNode::find(const std::string& name) const {
  for (const auto& attribute : proto_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

int32_t OnnxNode::attr_int(const std::string& name, int32_t fallback) const {
  const auto* attribute = find(name);
  return attribute ? narrow(attribute->i()) : fallback;
}

float OnnxNode::attr_float(const std::string& name, float fallback) const {
  const auto* attribute = find(name);
  return attribute ? attribute->f() : fallback;
}

std::string OnnxNode::attr_string(const std::string& name, const std::string& fallback) const {
  const auto* attribute = find(name);
  return attribute ? attribute->s() : fallback;
}

std::vector<int32_t> OnnxNode::attr_ints(const std::string& name) const {
  std::vector<int32_t> values;
  if (const auto* attribute = find(name)) {
    for (int64_t value : attribute->ints()) values.push_back(narrow(value));
  }
  return values;
}

int OnnxNode::quantized_input(int i) {
  if (!has_input(i)) throw std::invalid_argument(fmt::format("input {} is missing", i));
  const int id = importer_.find(proto_.input(i));
  if (id < 0)
    throw std::invalid_argument(fmt::format("input '{}' is written by no node", proto_.input(i)));
  return id;
}

int OnnxNode::input(int i) { return importer_.real_u8(quantized_input(i)); }

int OnnxNode::constant_input(int i, const std::string& what) {
  const int id = importer_.fold(quantized_input(i));
  require(id >= 0, fmt::format("its {} ('{}') is computed from the inputs", what, proto_.input(i)),
          "export the model with a constant there");
  return id;
}

std::vector<float> OnnxNode::constant_floats(int i, const std::string& what) {
  const int id = constant_input(i, what);
  if (tensor(id).dtype != ir::DType::f32)
    throw std::invalid_argument(fmt::format("its {} is not float", what));
  const auto values = tensor(id).values<float>();
  return {values.begin(), values.end()};
}

std::vector<int32_t> OnnxNode::constant_ints(int i, const std::string& what) {
  const auto values = ir::constant_ints(graph(), constant_input(i, what));
  if (!values) throw std::invalid_argument(fmt::format("its {} is not a list of integers", what));
  return *values;
}

std::optional<std::vector<int32_t>> OnnxNode::known_ints(int i) {
  return ir::constant_ints(graph(), importer_.fold(quantized_input(i)));
}

std::optional<std::vector<int32_t>> OnnxNode::list(const std::string& attribute, int i) {
  if (has_attr(attribute)) return attr_ints(attribute);
  if (has_input(i)) return constant_ints(i, attribute);
  return std::nullopt;
}

bool OnnxNode::output_used(int i) const {
  return i < output_count() && !proto_.output(i).empty() && importer_.is_used(proto_.output(i));
}

int OnnxNode::emit(ir::OpType op, std::vector<int> inputs) {
  return emit(ir::make_node(op, name_, std::move(inputs), {}));
}

int OnnxNode::emit(ir::Node node) { return emit_many(std::move(node), 1)[0]; }

std::vector<int> OnnxNode::emit_many(ir::Node node, int count) {
  const int from = node.inputs.empty() ? -1 : node.inputs[0];
  for (int i = 0; i < count; ++i) {
    ir::Tensor output;
    output.name = importer_.unique_name(fmt::format("{}/{}", name_, fb::EnumNameOpType(node.op)));
    output.dtype = ir::result_dtype(graph(), node);
    if (moves_values(node.op) && from >= 0) output.quantization = tensor(from).quantization;
    node.outputs.push_back(graph().add_tensor(std::move(output)));
    if (moves_values(node.op) && importer_.is_shifted(from))
      importer_.set_shifted(node.outputs.back());
  }
  ir::infer_shapes(graph(), node);
  const std::vector<int> outputs = node.outputs;
  graph().nodes.push_back(std::move(node));
  return outputs;
}

int OnnxNode::transpose(int id, std::vector<int32_t> perm) {
  return emit(ir::OpType::transpose, {id}, ir::transpose_options(std::move(perm)));
}

int OnnxNode::reshape(int id, std::vector<int32_t> shape) {
  return emit(ir::OpType::reshape, {id}, ir::reshape_options(std::move(shape)));
}

int OnnxNode::scalar(float value) { return floats({value}, {}); }

int OnnxNode::floats(const std::vector<float>& values, std::vector<int32_t> shape) {
  ir::Tensor constant;
  constant.name = importer_.unique_name(name_ + "/constant");
  constant.constant = true;
  constant.shape = std::move(shape);
  constant.bytes = ir::Bytes::of(values);
  return graph().add_tensor(std::move(constant));
}

int OnnxNode::ints(const std::vector<int32_t>& values) {
  ir::Tensor constant;
  constant.name = importer_.unique_name(name_ + "/constant");
  constant.constant = true;
  constant.dtype = ir::DType::s32;
  constant.shape = {static_cast<int32_t>(values.size())};
  constant.bytes = ir::Bytes::of(values);
  return graph().add_tensor(std::move(constant));
}

void OnnxNode::set_output(int i, int id) {
  if (i < output_count() && !proto_.output(i).empty()) {
    importer_.bind(proto_.output(i), id, static_cast<size_t>(id) >= first_new_);
  }
}

}  // namespace linnet::onnx_import
