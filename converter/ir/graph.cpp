#include "converter/ir/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <unordered_set>

namespace linnet::ir {

Bytes Bytes::copy(const void* data, size_t size) {
  auto owner = std::make_shared<std::vector<std::byte>>(size);
  if (size != 0) std::memcpy(owner->data(), data, size);
  const std::byte* begin = owner->data();
  return view(begin, size, std::move(owner));
}

Bytes Bytes::view(const void* data, size_t size, std::shared_ptr<const void> owner) {
  Bytes bytes;
  bytes.owner_ = std::move(owner);
  bytes.data_ = static_cast<const std::byte*>(data);
  bytes.size_ = size;
  return bytes;
}

int64_t Tensor::elements() const {
  int64_t n = 1;
  for (int32_t d : shape) n *= d;
  return n;
}

size_t element_size(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::s32:
      return 4;
    case DType::f16:
      return 2;
    case DType::s8:
    case DType::u8:
    case DType::s4:
    case DType::boolean:
      return 1;
  }
  throw std::logic_error("element_size: dtype out of range");
}

bool Graph::is_output(int id) const {
  return std::find(outputs.begin(), outputs.end(), id) != outputs.end();
}

int Graph::add_tensor(Tensor tensor) {
  tensors.push_back(std::move(tensor));
  return static_cast<int>(tensors.size()) - 1;
}

int Graph::add_constant(const std::string& name, DType dtype, std::vector<int32_t> shape,
                        Bytes bytes) {
  Tensor tensor;
  tensor.name = name;
  for (int suffix = 1; std::any_of(tensors.begin(), tensors.end(),
                                   [&](const Tensor& t) { return t.name == tensor.name; });
       ++suffix) {
    tensor.name = fmt::format("{}_{}", name, suffix);
  }
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.constant = true;
  tensor.bytes = std::move(bytes);
  return add_tensor(std::move(tensor));
}

int Graph::add_f32(const std::string& name, std::vector<int32_t> shape,
                   const std::vector<float>& values) {
  return add_constant(name, DType::f32, std::move(shape), Bytes::of(values));
}

int Graph::add_s32(const std::string& name, const std::vector<int32_t>& values) {
  return add_constant(name, DType::s32, {static_cast<int32_t>(values.size())}, Bytes::of(values));
}

std::vector<int> Graph::producers() const {
  std::vector<int> result(tensors.size(), -1);
  for (size_t n = 0; n < nodes.size(); ++n) {
    for (int id : nodes[n].outputs) {
      if (id >= 0) result.at(static_cast<size_t>(id)) = static_cast<int>(n);
    }
  }
  return result;
}

std::vector<std::vector<int>> Graph::consumers() const {
  std::vector<std::vector<int>> result(tensors.size());
  for (size_t n = 0; n < nodes.size(); ++n) {
    for (int id : nodes[n].inputs) {
      if (id >= 0) result.at(static_cast<size_t>(id)).push_back(static_cast<int>(n));
    }
  }
  return result;
}

void Graph::replace_uses(int from, int to, bool outputs_too) {
  for (Node& node : nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  if (outputs_too) std::replace(outputs.begin(), outputs.end(), from, to);
}

void Graph::remove_unused() {
  std::vector<bool> needed(tensors.size(), false);
  for (int id : outputs) needed.at(static_cast<size_t>(id)) = true;
  std::vector<Node> kept;
  for (size_t n = nodes.size(); n-- > 0;) {
    Node& node = nodes[n];
    const bool live = std::any_of(node.outputs.begin(), node.outputs.end(), [&](int id) {
      return id >= 0 && needed[static_cast<size_t>(id)];
    });
    if (!live) continue;
    for (int id : node.inputs) {
      if (id >= 0) needed.at(static_cast<size_t>(id)) = true;
    }
    for (int id : node.outputs) {
      if (id >= 0) needed[static_cast<size_t>(id)] = true;
    }
    kept.push_back(std::move(node));
  }
  std::reverse(kept.begin(), kept.end());
  nodes = std::move(kept);
  for (int id : inputs) needed.at(static_cast<size_t>(id)) = true;

  std::vector<int> renumbered(tensors.size(), -1);
  std::vector<Tensor> kept_tensors;
  for (size_t t = 0; t < tensors.size(); ++t) {
    if (!needed[t]) continue;
    renumbered[t] = static_cast<int>(kept_tensors.size());
    kept_tensors.push_back(std::move(tensors[t]));
  }
  tensors = std::move(kept_tensors);
  const auto renumber = [&](std::vector<int>& ids) {
    for (int& id : ids) id = id < 0 ? -1 : renumbered[static_cast<size_t>(id)];
  };
  for (Node& node : nodes) {
    renumber(node.inputs);
    renumber(node.outputs);
  }
  renumber(inputs);
  renumber(outputs);
}

void Graph::sort() {
  const std::vector<int> producer = producers();
  const std::vector<std::vector<int>> readers = consumers();
  std::vector<int> waiting(nodes.size(), 0);
  for (size_t n = 0; n < nodes.size(); ++n) {
    for (int id : nodes[n].inputs) {
      if (id >= 0 && producer[static_cast<size_t>(id)] >= 0) ++waiting[n];
    }
  }
  // A min-heap of ready nodes by their old position keeps the order stable.
  std::vector<size_t> ready;
  const auto later = std::greater<size_t>();
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (waiting[n] == 0) ready.push_back(n);
  }
  std::make_heap(ready.begin(), ready.end(), later);
  std::vector<Node> sorted;
  sorted.reserve(nodes.size());
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), later);
    const size_t n = ready.back();
    ready.pop_back();
    for (int id : nodes[n].outputs) {
      if (id < 0) continue;
      for (int reader : readers[static_cast<size_t>(id)]) {
        if (--waiting[static_cast<size_t>(reader)] == 0) {
          ready.push_back(static_cast<size_t>(reader));
          std::push_heap(ready.begin(), ready.end(), later);
        }
      }
    }
    sorted.push_back(std::move(nodes[n]));
  }
  if (sorted.size() != nodes.size()) throw std::runtime_error("the graph has a cycle");
  nodes = std::move(sorted);
}

void Graph::check() const {
  const int count = static_cast<int>(tensors.size());
  std::vector<bool> written(tensors.size(), false);
  for (const Tensor& tensor : tensors) {
    if (!tensor.constant) continue;
    written[static_cast<size_t>(&tensor - tensors.data())] = true;
    const size_t expected = static_cast<size_t>(tensor.elements()) * element_size(tensor.dtype);
    if (tensor.bytes.size() != expected) {
      throw std::logic_error(fmt::format("constant '{}' holds {} bytes, its shape needs {}",
                                         tensor.name, tensor.bytes.size(), expected));
    }
  }
  const auto check_id = [&](int id, const std::string& where) {
    if (id < 0 || id >= count)
      throw std::logic_error(fmt::format("{}: tensor {} does not exist", where, id));
  };
  const auto check_written = [&](int id, const std::string& where) {
    check_id(id, where);
    if (!written[static_cast<size_t>(id)]) {
      throw std::logic_error(
          fmt::format("{} reads '{}' before it is written", where, tensor(id).name));
    }
  };
  for (int id : inputs) {
    check_id(id, "graph inputs");
    written[static_cast<size_t>(id)] = true;
  }
  for (const Node& node : nodes) {
    const std::string where = fmt::format("{} '{}'", fb::EnumNameOpType(node.op), node.name);
    for (int id : node.inputs) {
      if (id != -1) check_written(id, where);
    }
    for (int id : node.outputs) {
      check_id(id, where);
      if (written[static_cast<size_t>(id)]) {
        throw std::logic_error(fmt::format("{} writes '{}' a second time", where, tensor(id).name));
      }
      written[static_cast<size_t>(id)] = true;
    }
  }
  for (int id : outputs) check_written(id, "graph outputs");
}

Node make_node(OpType op, std::string name, std::vector<int> inputs, std::vector<int> outputs) {
  Node node;
  node.op = op;
  node.name = std::move(name);
  node.inputs = std::move(inputs);
  node.outputs = std::move(outputs);
  return node;
}

namespace {

std::string tensor_text(const Graph& graph, int id) {
  if (id < 0) return "-";
  const Tensor& t = graph.tensor(id);
  return fmt::format("{}{}:{}[{}]", t.constant ? "=" : "", t.name, fb::EnumNameDType(t.dtype),
                     fmt::join(t.shape, ","));
}

std::string list_text(const Graph& graph, const std::vector<int>& ids) {
  std::vector<std::string> texts;
  for (int id : ids) texts.push_back(tensor_text(graph, id));
  return fmt::format("{}", fmt::join(texts, " "));
}

}  // namespace

std::string to_text(const Graph& graph) {
  std::string text = fmt::format("inputs {}\n", list_text(graph, graph.inputs));
  for (const Node& node : graph.nodes) {
    text += fmt::format("{} '{}' ({}) -> {}\n", fb::EnumNameOpType(node.op), node.name,
                        list_text(graph, node.inputs), list_text(graph, node.outputs));
  }
  return text + fmt::format("outputs {}\n", list_text(graph, graph.outputs));
}

}  // namespace linnet::ir
