#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "schema/model_generated.h"

// The converter's graph. Ops, options and dtypes are those of the model file (schema/model.fbs), so
// an importer lowers to them once and every pass reads and writes the same vocabulary. Layout rules
// (NHWC windows, OHWI weights) hold from the importer on. Weights stay plain here; emit packs them.

namespace linnet::ir {

using fb::DType;
using fb::OpType;

// Bytes of a constant: owned, or a view into a mapped input file kept alive by `owner`. Shared by
// copies of a tensor, therefore immutable; to change a constant, make new Bytes.
class Bytes {
 public:
  Bytes() = default;
  static Bytes copy(const void* data, size_t size);
  static Bytes view(const void* data, size_t size, std::shared_ptr<const void> owner);
  template <typename T>
  static Bytes of(const std::vector<T>& values) {
    return copy(values.data(), values.size() * sizeof(T));
  }
  const std::byte* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  std::shared_ptr<const void> owner_;
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// real = scale * (q - zero_point). axis < 0: scale has one entry; axis ≥ 0: one per index of the
// axis. block > 0: scale has one entry per [row][block of k], values already rounded to f16; s4
// only, rows are axis 0 and k is everything behind it.
struct Quantization {
  std::vector<float> scale;
  std::vector<int32_t> zero_point;  // empty: all 0
  int axis = -1;
  uint32_t block = 0;
  std::vector<int8_t> table;  // s4: what codes 0…15 stand for; empty: -8…7
  bool present() const { return !scale.empty(); }
  bool operator==(const Quantization&) const = default;
};

// A value. Constants have bytes: elements in row-major order, s4 as one int8 VALUE index (code
// 0…15) per byte. Shapes: -1 is unknown until run time; the rank is always known.
struct Tensor {
  std::string name;
  DType dtype = DType::f32;
  std::vector<int32_t> shape;
  Quantization quantization;
  bool constant = false;
  Bytes bytes;

  int rank() const { return static_cast<int>(shape.size()); }
  // Product of the dimensions; only for shapes without -1.
  int64_t elements() const;
  template <typename T>
  std::span<const T> values() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

// Bytes of one element as held in Tensor::bytes.
size_t element_size(DType dtype);

struct Node {
  OpType op{};
  uint8_t winograd = 0;     // conv_2d: the tile that emit transforms the weights for; 0: panels
  std::string name;         // the source node's name, kept through passes for messages and reports
  std::vector<int> inputs;  // tensor ids; -1: absent optional input
  std::vector<int> outputs;
  fb::OpOptionsUnion options;  // the object-API table that schema/model.fbs names for the op

  // Options as T (e.g. fb::Conv2dOptionsT); throws std::logic_error if the node holds another
  // table.
  template <typename T>
  T& as();
  template <typename T>
  const T& as() const {
    return const_cast<Node*>(this)->as<T>();
  }
};

// Nodes in execution order. Every tensor is written by at most one node.
struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;
  std::vector<int> inputs;
  std::vector<int> outputs;
  std::vector<std::pair<std::string, std::string>> metadata;
  // By a node's name, why a pass left it in another form than the source asks for.
  std::map<std::string, std::string> notes;

  Tensor& tensor(int id) { return tensors.at(static_cast<size_t>(id)); }
  const Tensor& tensor(int id) const { return tensors.at(static_cast<size_t>(id)); }
  bool is_constant(int id) const { return id >= 0 && tensor(id).constant; }
  bool is_output(int id) const;

  int add_tensor(Tensor tensor);
  // A constant with a unique name made from `name`.
  int add_constant(const std::string& name, DType dtype, std::vector<int32_t> shape, Bytes bytes);
  int add_f32(const std::string& name, std::vector<int32_t> shape,
              const std::vector<float>& values);
  int add_s32(const std::string& name, const std::vector<int32_t>& values);  // rank 1

  // Index of the node that writes each tensor, -1 for inputs and constants.
  std::vector<int> producers() const;
  // Indices of the nodes that read each tensor (a node that reads it twice stands twice).
  std::vector<std::vector<int>> consumers() const;
  // All readers of `from` (and graph outputs, if `outputs_too`) read `to` instead.
  void replace_uses(int from, int to, bool outputs_too = true);
  // Drops nodes whose outputs nobody needs and tensors that nobody names; renumbers tensors.
  void remove_unused();
  // Sorts nodes so that producers stand first; stable. Throws std::runtime_error on a cycle.
  void sort();
  // Throws std::logic_error, naming the node, when an id is out of range, a tensor is written
  // twice, read before it is written, or a constant's bytes do not fit its shape.
  void check() const;
};

// A node with its options table: make_node(OpType::softmax, "name", {x}, {y},
// fb::AxisOptionsT{...}).
Node make_node(OpType op, std::string name, std::vector<int> inputs, std::vector<int> outputs);
template <typename T>
Node make_node(OpType op, std::string name, std::vector<int> inputs, std::vector<int> outputs,
               T options);

template <typename T>
T& Node::as() {
  if (options.type != fb::OpOptionsUnionTraits<T>::enum_value) {
    throw std::logic_error(std::string(fb::EnumNameOpType(op)) + " '" + name +
                           "' holds other options than asked for");
  }
  return *static_cast<T*>(options.value);
}

// One line per node and per tensor, for tests and messages.
std::string to_text(const Graph& graph);

template <typename T>
Node make_node(OpType op, std::string name, std::vector<int> inputs, std::vector<int> outputs,
               T options) {
  Node node = make_node(op, std::move(name), std::move(inputs), std::move(outputs));
  node.options.Set(std::move(options));
  return node;
}

}  // namespace linnet::ir
