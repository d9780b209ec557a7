#include "converter/import/onnx/onnx_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "converter/import/onnx/onnx_ops.h"
#include "converter/ir/infer_shapes.h"
#include "converter/passes/evaluate.h"

namespace linnet::onnx_import {

namespace {

constexpr size_t kMaxRank = 6;

bool default_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

void collect_used(const onnx::GraphProto& graph, std::unordered_set<std::string>* used) {
  for (const auto& node : graph.node()) {
    for (const auto& input : node.input()) used->insert(input);
    for (const auto& attribute : node.attribute()) {
      if (attribute.has_g()) collect_used(attribute.g(), used);
    }
  }
  for (const auto& output : graph.output()) used->insert(output.name());
}

}  // namespace

OnnxGraph::OnnxGraph(OnnxFile& file) : file_(file) {
  graph_.name = file.model().graph().name();
  collect_used(file.model().graph(), &used_);
}

ir::Graph OnnxGraph::build() {
  const onnx::GraphProto& graph = file_.model().graph();
  collect_known_shapes(graph);
  import_constants(graph);
  import_inputs();
  import_nodes(graph);
  if (unsupported_.empty() && damaged_.empty()) import_outputs();
  if (!damaged_.empty()) {
    throw ConvertError(fmt::format("'{}' contradicts itself", file_.path()), damaged_);
  }
  if (!unsupported_.empty()) {
    throw UnsupportedError(
        fmt::format(
            "'{}' needs {} that Linnet does not support", file_.path(),
            unsupported_.size() == 1 ? "one thing" : fmt::format("{} things", unsupported_.size())),
        unsupported_);
  }
  graph_.remove_unused();
  graph_.check();
  return std::move(graph_);
}

int OnnxGraph::find(const std::string& value) const {
  const auto found = values_.find(value);
  return value.empty() || found == values_.end() ? -1 : found->second;
}

void OnnxGraph::bind(const std::string& value, int id, bool fresh) {
  values_[value] = id;
  if (!fresh || graph_.tensor(id).name == value) return;
  ir::Tensor& tensor = graph_.tensor(id);
  // A second output that shares the tensor must not take its name away.
  const bool taken = std::any_of(values_.begin(), values_.end(), [&](const auto& entry) {
    return entry.second == id && entry.first == tensor.name;
  });
  if (!taken) tensor.name = unique_name(value);
  const auto type = types_.find(value);
  if (tensor.constant || type == types_.end() || !type->second->tensor_type().has_shape()) return;
  const auto& known = type->second->tensor_type().shape();
  if (known.dim_size() != tensor.rank()) return;
  for (int i = 0; i < known.dim_size(); ++i) {
    int32_t& d = tensor.shape[static_cast<size_t>(i)];
    if (d < 0 && known.dim(i).has_dim_value() && known.dim(i).dim_value() <= INT32_MAX) {
      d = static_cast<int32_t>(known.dim(i).dim_value());
    }
  }
}

std::string OnnxGraph::unique_name(const std::string& name) {
  std::string candidate = name;
  for (int suffix = 1; !names_.insert(candidate).second; ++suffix)
    candidate = fmt::format("{}_{}", name, suffix);
  return candidate;
}

int OnnxGraph::real_u8(int id) {
  if (!is_shifted(id)) return id;
  const ir::Tensor& from = graph_.tensor(id);
  ir::Tensor to;
  to.name = unique_name(from.name + "/u8");
  to.dtype = ir::DType::u8;
  to.shape = from.shape;
  to.quantization = from.quantization;
  if (to.quantization.zero_point.empty())
    to.quantization.zero_point.assign(to.quantization.scale.size(), 0);
  for (int32_t& zero : to.quantization.zero_point) zero += 128;
  if (from.constant) {
    std::vector<uint8_t> values(from.bytes.size());
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<uint8_t>(from.values<int8_t>()[i] + 128);
    }
    to.constant = true;
    to.bytes = ir::Bytes::of(values);
    return graph_.add_tensor(std::move(to));
  }
  const std::string name = from.name;
  const int result = graph_.add_tensor(std::move(to));
  graph_.nodes.push_back(ir::make_node(ir::OpType::requantize, name, {id}, {result}));
  return result;
}

int OnnxGraph::fold(int id) {
  if (graph_.is_constant(id)) return id;
  if (placeholders_.count(id)) return -1;
  auto value = evaluate_constant(graph_, id);
  if (!value) return -1;
  value->name = unique_name(value->name + "/folded");
  const int result = graph_.add_tensor(std::move(*value));
  if (is_shifted(id)) set_shifted(result);
  return result;
}

void OnnxGraph::collect_known_shapes(const onnx::GraphProto& graph) {
  for (const auto& info : graph.value_info()) types_[info.name()] = &info.type();
  for (const auto& info : graph.output()) types_[info.name()] = &info.type();
  for (const auto& info : graph.input()) types_[info.name()] = &info.type();
}

void OnnxGraph::import_constants(const onnx::GraphProto& graph) {
  for (const auto& initializer : graph.initializer()) {
    try {
      values_[initializer.name()] =
          graph_.add_tensor(file_.constant(initializer, unique_name(initializer.name())));
    } catch (const UnsupportedError& error) {
      unsupported_.push_back(
          {fmt::format("constant '{}'", initializer.name()), error.summary(), ""});
    }
  }
  for (const auto& sparse : graph.sparse_initializer()) {
    unsupported_.push_back({fmt::format("constant '{}'", sparse.values().name()),
                            "it is stored sparse", "store it dense"});
  }
}

void OnnxGraph::import_inputs() {
  for (const auto& info : file_.model().graph().input()) {
    if (values_.count(info.name())) continue;  // an initializer that old files list as an input
    const std::string place = fmt::format("input '{}'", info.name());
    ir::Tensor tensor;
    tensor.name = unique_name(info.name());
    try {
      if (!info.type().has_tensor_type())
        throw UnsupportedError("it is a sequence, map or optional, not a tensor");
      const auto& type = info.type().tensor_type();
      tensor.dtype = graph_dtype(type.elem_type(), place);
      if (!type.has_shape()) throw UnsupportedError("its rank is unknown");
      if (type.shape().dim_size() > static_cast<int>(kMaxRank))
        throw UnsupportedError("it has more than 6 dimensions");
      for (const auto& dim : type.shape().dim()) {
        const bool known =
            dim.has_dim_value() && dim.dim_value() > 0 && dim.dim_value() <= INT32_MAX;
        tensor.shape.push_back(known ? static_cast<int32_t>(dim.dim_value()) : -1);
      }
    } catch (const UnsupportedError& error) {
      unsupported_.push_back(
          {place, error.summary(), "give the input a fixed tensor shape and type"});
      placeholders_.insert(static_cast<int>(graph_.tensors.size()));
    }
    const int id = graph_.add_tensor(std::move(tensor));
    graph_.inputs.push_back(id);
    values_[info.name()] = id;
  }
}

void OnnxGraph::import_nodes(const onnx::GraphProto& graph) {
  for (const auto& node : graph.node()) import_node(node);
}

void OnnxGraph::import_step(const onnx::NodeProto& proto) {
  OnnxNode node(*this, proto);
  find_onnx_op(proto.op_type())->import(node);
}

std::vector<int> OnnxGraph::import_branch(const onnx::GraphProto& graph) {
  const auto outer = values_;
  collect_known_shapes(graph);
  import_constants(graph);
  import_nodes(graph);
  std::vector<int> outputs;
  for (const auto& output : graph.output()) outputs.push_back(find(output.name()));
  values_ = outer;
  return outputs;
}

std::string OnnxGraph::where(const onnx::NodeProto& proto) const {
  const std::string name = !proto.name().empty() ? proto.name()
                           : proto.output_size() ? proto.output(0)
                                                 : "";
  return default_domain(proto.domain())
             ? fmt::format("node '{}' ({}, opset {})", name, proto.op_type(), file_.opset())
             : fmt::format("node '{}' ({} of domain {})", name, proto.op_type(), proto.domain());
}

void OnnxGraph::import_node(const onnx::NodeProto& proto) {
  const OnnxOp* op = default_domain(proto.domain()) || proto.domain() == "com.microsoft"
                         ? find_onnx_op(proto.op_type())
                         : nullptr;
  if (!op) {
    unsupported_.push_back(
        {where(proto), "this op is not supported",
         "replace it by supported ops (linnet convert --list-ops) or leave it out of the export"});
    leave_placeholders(proto);
    return;
  }
  const bool reads_placeholder =
      std::any_of(proto.input().begin(), proto.input().end(),
                  [&](const std::string& name) { return placeholders_.count(find(name)) != 0; });
  const size_t nodes = graph_.nodes.size(), tensors = graph_.tensors.size();
  try {
    if (proto.output_size() == 0) throw std::invalid_argument("it has no outputs");
    OnnxNode node(*this, proto);
    op->import(node);
    check_ranks(proto, tensors);
  } catch (const NodeFailure& failure) {
    if (!reads_placeholder) unsupported_.push_back({where(proto), failure.why, failure.advice});
    graph_.nodes.resize(nodes);
    leave_placeholders(proto);
    return;
  } catch (const UnsupportedError& error) {
    if (!reads_placeholder) unsupported_.push_back({where(proto), error.summary(), ""});
    graph_.nodes.resize(nodes);
    leave_placeholders(proto);
    return;
  } catch (const std::invalid_argument& error) {
    // Also what a rule finds that neither ONNX's checker nor its shape inference saw.
    if (!reads_placeholder) damaged_.push_back({where(proto), error.what(), ""});
    graph_.nodes.resize(nodes);
    leave_placeholders(proto);
    return;
  }
  if (reads_placeholder) {
    for (const auto& output : proto.output()) placeholders_.insert(find(output));
  }
}

void OnnxGraph::check_ranks(const onnx::NodeProto& proto, size_t first_tensor) {
  for (size_t i = first_tensor; i < graph_.tensors.size(); ++i) {
    if (graph_.tensors[i].shape.size() > kMaxRank) {
      throw NodeFailure{fmt::format("it makes a tensor of {} dimensions, Linnet has at most 6",
                                    graph_.tensors[i].shape.size()),
                        ""};
    }
  }
  for (const auto& output : proto.output()) {
    if (!output.empty() && used_.count(output) && find(output) < 0) {
      throw NodeFailure{fmt::format("its output '{}' is not supported", output), ""};
    }
  }
}

void OnnxGraph::leave_placeholders(const onnx::NodeProto& proto) {
  for (const auto& output : proto.output()) {
    ir::Tensor tensor;
    tensor.name = unique_name(output);
    const auto type = types_.find(output);
    if (type != types_.end() && type->second->has_tensor_type()) {
      for (const auto& dim : type->second->tensor_type().shape().dim()) {
        tensor.shape.push_back(dim.has_dim_value() && dim.dim_value() <= INT32_MAX
                                   ? static_cast<int32_t>(dim.dim_value())
                                   : -1);
      }
    }
    values_[output] = graph_.add_tensor(std::move(tensor));
    placeholders_.insert(values_[output]);
  }
}

void OnnxGraph::import_outputs() {
  for (const auto& output : file_.model().graph().output()) {
    int id = find(output.name());
    if (id < 0)
      throw ConvertError(
          fmt::format("'{}': no node writes output '{}'", file_.path(), output.name()));
    id = real_u8(id);
    const bool input =
        std::find(graph_.inputs.begin(), graph_.inputs.end(), id) != graph_.inputs.end();
    if (input || graph_.is_constant(id) || graph_.is_output(id)) {
      // An input, a constant or another output under a second name: a copy of its own.
      ir::Tensor copy = graph_.tensor(id);
      if (!input && copy.name == output.name())
        graph_.tensor(id).name = unique_name(copy.name + "/source");
      copy.constant = false;
      copy.bytes = {};
      const int source = id;
      fb::ReshapeOptionsT keep;
      keep.shape.assign(copy.shape.size(), 0);
      id = graph_.add_tensor(std::move(copy));
      graph_.nodes.push_back(
          ir::make_node(ir::OpType::reshape, output.name(), {source}, {id}, std::move(keep)));
    }
    graph_.tensor(id).name = output.name();
    graph_.outputs.push_back(id);
  }
}

}  // namespace linnet::onnx_import
