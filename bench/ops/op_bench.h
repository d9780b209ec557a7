#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/model_builder.h"

// Times one op as a session runs it: a model of one node, one thread, Linnet's own kernels.
// LINNET_ISA limits the instruction set. Reported are GMAC/s where the op counts them, otherwise
// output elements a second; the label is the kernel that the plan took.

namespace linnet::bench {

using Shape32 = std::vector<int32_t>;

inline const Shape32 kImage = {1, 56, 56, 64};  // NHWC, as in the first stages of a network

// The model under construction. 8-bit tensors get scale 0.05 and zero point 3 unless said
// otherwise. Weights are zeros: no kernel looks at them.
class OpGraph : public test::ModelBuilder {
 public:
  int32_t activation(fb::DType dtype, const Shape32& shape);  // an input of the model
  int32_t output(fb::DType dtype, const Shape32& shape);      // an output of the model
  int32_t zeros(fb::DType dtype, const Shape32& shape, size_t bytes);
  // Weights [n, …] that are packed as one matrix: f32, f16, s8 (a scale for each row) or s4 (block
  // 32).
  int32_t panels(fb::DType dtype, const Shape32& shape);
  // Weights [co, 3, 3, ci] transformed for Winograd's method with tiles of `tile`.
  int32_t winograd(int tile, const Shape32& shape);
  template <typename Options>
  void node(fb::OpType op, std::vector<int32_t> inputs, std::vector<int32_t> outputs,
            Options options) {
    add_node(op, "node", std::move(inputs), std::move(outputs), std::move(options));
  }
  void node(fb::OpType op, std::vector<int32_t> inputs, std::vector<int32_t> outputs) {
    add_node(op, "node", std::move(inputs), std::move(outputs));
  }

 private:
  void quantize_activation(int32_t tensor, fb::DType dtype);
};

// A window without dilation.
fb::Window window(int kernel, int stride, int pad);

// Adds the benchmark "ops/<name>". The value is only there to initialize a constant.
bool time_op(const std::string& name, void (*build)(OpGraph&));
// Also "ops/<name>/xnnpack", for the table in runtime/ops/xnnpack_op.cpp.
bool time_op_on_both(const std::string& name, void (*build)(OpGraph&));

// Cases that many ops share. `node(graph, inputs, outputs)` adds the node.
using AddNode = void (*)(OpGraph&, std::vector<int32_t>, std::vector<int32_t>);
template <fb::DType kType, AddNode kNode>
void build_unary(OpGraph& g) {
  const int32_t x = g.activation(kType, kImage);
  kNode(g, {x}, {g.output(kType, kImage)});
}
template <fb::DType kType, AddNode kNode, fb::DType kOutput = kType>
void build_binary(OpGraph& g) {
  const int32_t a = g.activation(kType, kImage), b = g.activation(kType, kImage);
  kNode(g, {a, b}, {g.output(kOutput, kImage)});
}
// Over height and width, which stay as 1.
template <fb::DType kType, AddNode kNode>
void build_reduce(OpGraph& g) {
  const int32_t x = g.activation(kType, kImage);
  kNode(g, {x}, {g.output(kType, {1, 1, 1, kImage[3]})});
}

// Register both of "ops/<op>/f32" and "ops/<op>/s8".
template <AddNode kNode>
bool time_unary(const std::string& op) {
  return time_op(op + "/f32", build_unary<fb::DType::f32, kNode>) &&
         time_op(op + "/s8", build_unary<fb::DType::s8, kNode>);
}
template <AddNode kNode>
bool time_binary(const std::string& op) {
  return time_op(op + "/f32", build_binary<fb::DType::f32, kNode>) &&
         time_op(op + "/s8", build_binary<fb::DType::s8, kNode>);
}
template <AddNode kNode>
bool time_compare(const std::string& op) {
  return time_op(op + "/f32", build_binary<fb::DType::f32, kNode, fb::DType::boolean>) &&
         time_op(op + "/s32", build_binary<fb::DType::s32, kNode, fb::DType::boolean>);
}
template <AddNode kNode>
bool time_reduce(const std::string& op) {
  return time_op(op + "/f32", build_reduce<fb::DType::f32, kNode>) &&
         time_op(op + "/s8", build_reduce<fb::DType::s8, kNode>);
}

}  // namespace linnet::bench
