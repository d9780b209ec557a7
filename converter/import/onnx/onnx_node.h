#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>
#include <vector>

#include "converter/import/onnx/onnx_graph.h"
#include "converter/ir/graph.h"
#include "converter/ir/options.h"

namespace linnet::onnx_import {

// Why a node cannot be lowered; the importer adds which node it is.
struct NodeFailure {
  std::string why;
  std::string advice;
};

// One ONNX node while it is lowered: its attributes and inputs, and the means to emit nodes. All
// failures are NodeFailure (unsupported) or std::invalid_argument (the model contradicts itself).
class OnnxNode {
 public:
  OnnxNode(OnnxGraph& importer, const onnx::NodeProto& proto);

  const std::string& name() const { return name_; }
  const onnx::NodeProto& proto() const { return proto_; }
  const std::string& op() const { return proto_.op_type(); }
  int opset() const { return importer_.file().opset(); }
  ir::Graph& graph() { return importer_.graph(); }
  OnnxGraph& importer() { return importer_; }
  ir::Tensor& tensor(int id) { return graph().tensor(id); }
  const std::vector<int32_t>& shape(int id) { return tensor(id).shape; }
  int rank(int id) { return tensor(id).rank(); }
  [[noreturn]] void fail(const std::string& why, const std::string& advice = "") const;
  void require(bool supported, const std::string& why, const std::string& advice = "") const {
    if (!supported) fail(why, advice);
  }

  bool has_attr(const std::string& name) const { return find(name) != nullptr; }
  int32_t attr_int(const std::string& name, int32_t fallback) const;
  float attr_float(const std::string& name, float fallback) const;
  std::string attr_string(const std::string& name, const std::string& fallback) const;
  std::vector<int32_t> attr_ints(const std::string& name) const;  // empty: absent
  const onnx::AttributeProto* find(const std::string& name) const;

  int input_count() const { return proto_.input_size(); }
  const std::string& input_name(int i) const { return proto_.input(i); }
  bool has_input(int i) const { return i < input_count() && !proto_.input(i).empty(); }
  // The tensor of an input that must be there. Quantized u8 comes out as real u8.
  int input(int i);
  int optional_input(int i) { return has_input(i) ? input(i) : -1; }
  // For ops made for quantized values: u8 may be s8, 128 lower (OnnxGraph::is_shifted).
  int quantized_input(int i);
  // A constant input, folded if need be; `what` names it in the message.
  int constant_input(int i, const std::string& what);
  std::vector<float> constant_floats(int i, const std::string& what);
  std::vector<int32_t> constant_ints(int i, const std::string& what);
  // The s32 values of an input if they do not depend on the graph's inputs.
  std::optional<std::vector<int32_t>> known_ints(int i);
  // A list that is an attribute in old opsets and a constant input in new ones; nothing if neither.
  std::optional<std::vector<int32_t>> list(const std::string& attribute, int i);

  int output_count() const { return proto_.output_size(); }
  bool output_used(int i) const;
  const std::string& output_name(int i) const { return proto_.output(i); }

  // Appends a node with one output, named after this ONNX node.
  int emit(ir::OpType op, std::vector<int> inputs);
  template <typename T>
  int emit(ir::OpType op, std::vector<int> inputs, T options) {
    return emit(ir::make_node(op, name_, std::move(inputs), {}, std::move(options)));
  }
  int emit(ir::Node node);
  // As emit, with `count` outputs.
  std::vector<int> emit_many(ir::Node node, int count);
  int transpose(int id, std::vector<int32_t> perm);
  int reshape(int id, std::vector<int32_t> shape);
  int scalar(float value);  // a constant of rank 0
  int floats(const std::vector<float>& values, std::vector<int32_t> shape);
  int ints(const std::vector<int32_t>& values);
  void set_output(int i, int id);

 private:
  OnnxGraph& importer_;
  const onnx::NodeProto& proto_;
  std::string name_;
  size_t first_new_;  // tensors from here on are this node's own
};

}  // namespace linnet::onnx_import
