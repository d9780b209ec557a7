#pragma once

#include <onnx/onnx_pb.h>

#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "converter/error.h"
#include "converter/import/onnx/onnx_file.h"
#include "converter/ir/graph.h"

namespace linnet::onnx_import {

// The graph under construction: what each ONNX value is in it, and what went wrong so far. A node
// that fails leaves placeholders, so that the nodes behind it are looked at too and all problems
// come out at once.
class OnnxGraph {
 public:
  explicit OnnxGraph(OnnxFile& file);

  // Imports everything; throws UnsupportedError or ConvertError with all problems.
  ir::Graph build();

  ir::Graph& graph() { return graph_; }
  OnnxFile& file() { return file_; }

  // The tensor of an ONNX value, -1 for "" and for names that do not exist.
  int find(const std::string& value) const;
  // Makes `value` stand for tensor `id`. A tensor made for it (fresh) takes the value's name and
  // the dimensions that ONNX's shape inference knows; another one is shared.
  void bind(const std::string& value, int id, bool fresh);
  // A tensor name that is free.
  std::string unique_name(const std::string& name);
  // A graph output or something that a later node reads.
  bool is_used(const std::string& value) const { return used_.count(value) != 0; }

  // Quantized tensors that are u8 in the file and s8 here, 128 lower. Ops that are not made for
  // quantized values read them through real_u8().
  bool is_shifted(int id) const { return shifted_.count(id) != 0; }
  void set_shifted(int id) { shifted_.insert(id); }
  int real_u8(int id);

  // The constant that `id` always is, or -1 when it depends on the inputs. Runs nodes if need be.
  int fold(int id);

  // Lowers the nodes of a graph in order; used for the model's graph and for the taken branch of an
  // If.
  void import_nodes(const onnx::GraphProto& graph);
  // Lowers one node that stands for part of another; its failure is the other's.
  void import_step(const onnx::NodeProto& proto);
  // Lowers a branch of an If in a scope of its own; returns its outputs.
  std::vector<int> import_branch(const onnx::GraphProto& graph);

 private:
  void import_inputs();
  void import_constants(const onnx::GraphProto& graph);
  void import_node(const onnx::NodeProto& proto);
  void import_outputs();
  void collect_known_shapes(const onnx::GraphProto& graph);
  void leave_placeholders(const onnx::NodeProto& proto);
  void check_ranks(const onnx::NodeProto& proto, size_t first_tensor);
  std::string where(const onnx::NodeProto& proto) const;

  OnnxFile& file_;
  ir::Graph graph_;
  std::unordered_map<std::string, int> values_;
  std::unordered_map<std::string, const onnx::TypeProto*>
      types_;  // from the file and from inference
  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> used_;
  std::set<int> shifted_;
  std::set<int> placeholders_;
  std::vector<Problem> unsupported_;
  std::vector<Problem> damaged_;
};

}  // namespace linnet::onnx_import
