#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "converter/ir/graph.h"
#include "converter/ir/infer_shapes.h"
#include "converter/ir/options.h"

// Small graphs for the tests of the passes, and proof that a pass kept their results.

namespace linnet::test {

using ir::DType;
using ir::OpType;

// Builds a graph node by node; node and tensor names are the op's.
class GraphBuilder {
 public:
  ir::Graph graph;

  int input(const std::string& name, std::vector<int32_t> shape, DType dtype = DType::f32);
  int f32(std::vector<int32_t> shape, std::vector<float> values);
  int s32(std::vector<int32_t> values);
  int random(std::vector<int32_t> shape, float low = -1.0f, float high = 1.0f);
  // A random s8 constant with one scale, or one for each index of `axis`.
  int random_s8(std::vector<int32_t> shape, int axis = -1);
  int node(OpType op, std::vector<int> inputs);
  template <typename T>
  int node(OpType op, std::vector<int> inputs, T options) {
    return append(ir::make_node(op, "", std::move(inputs), {}, std::move(options)));
  }
  int add(int a, int b) { return node(OpType::add, {a, b}, fb::BinaryOptionsT{}); }
  int mul(int a, int b) { return node(OpType::mul, {a, b}, fb::BinaryOptionsT{}); }
  int clip(int x, float low, float high) {
    return node(OpType::clip, {x}, ir::clip_options(low, high));
  }
  int transpose(int x, std::vector<int32_t> perm) {
    return node(OpType::transpose, {x}, ir::transpose_options(std::move(perm)));
  }
  int reshape(int x, std::vector<int32_t> shape) {
    return node(OpType::reshape, {x}, ir::reshape_options(std::move(shape)));
  }
  int reduce(OpType op, int x, std::vector<int32_t> axes, bool keep_dims = true);
  int conv(int x, int weights, int bias = -1, int pad = 0, int group = 1);
  int depthwise(int x, int weights, int bias = -1, int pad = 0);
  int fully_connected(int x, int weights, int bias = -1);
  int quantize(int x, float scale, int zero_point);
  int dequantize(int x) { return node(OpType::dequantize, {x}); }
  void output(int id);

 private:
  int append(ir::Node node);
  unsigned seed_ = 1;
};

// Op names in order, "conv_2d add".
std::string ops_of(const ir::Graph& graph);

// Values of a graph's inputs by position, as bytes.
using Feeds = std::vector<std::vector<std::byte>>;

// Random values; unknown dimensions become `size`, s8 takes every value and s32 0 … 3.
Feeds random_feeds(const ir::Graph& graph, int32_t size = 3, unsigned seed = 7);

// Runs the graph through the public API. f32 outputs are as they are, others as their numbers.
std::vector<std::vector<float>> run_graph(const ir::Graph& graph, const Feeds& feeds,
                                          int32_t size = 3);

// Applies the pass, requires that it says it changed something, that the graph is sound, its inputs
// and outputs keep names and order, that a second run changes nothing, and that results agree to
// `tolerance` (relative, with the same absolute floor).
void check_pass(ir::Graph& graph, bool (*pass)(ir::Graph&), double tolerance = 1e-5);

// Requires that the pass leaves the graph alone.
void check_untouched(const ir::Graph& graph, bool (*pass)(ir::Graph&));

}  // namespace linnet::test
