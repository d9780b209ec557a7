#include <algorithm>
#include <cmath>

#include "converter/ir/int8_ops.h"
#include "converter/passes/passes.h"

// Before: dequantize ─▶ op ─▶ quantize, weights and bias being dequantized constants
// After:  op on s8 values, s8 weights and an s32 bias, with the parameters that stood in the pairs
//
// Ops that only move values (reshape, transpose, …) also change places with a dequantize before
// them, or a quantize behind them, when there is only the one: they then move one byte a value
// instead of four.

namespace linnet {
namespace {

using fb::DType;
using fb::OpType;
using ir::Int8Kind;

class Fuser {
 public:
  explicit Fuser(ir::Graph& graph)
      : graph_(graph), producer_(graph.producers()), readers_(graph.consumers()) {}

  // True if node n was changed; the graph's indices must then be computed anew.
  bool fuse(size_t n) {
    const ir::Node& node = graph_.nodes[n];
    const Int8Kind kind = ir::int8_kind(node.op);
    if (kind == Int8Kind::none) return false;
    if (kind == Int8Kind::weighted) return fuse_weighted(n);
    if (kind == Int8Kind::pass_through) return fuse_pass_through(n);
    return fuse_elementwise(n);
  }

 private:
  const ir::Node* producer(int id) const {
    const int p = id < 0 ? -1 : producer_[static_cast<size_t>(id)];
    return p < 0 ? nullptr : &graph_.nodes[static_cast<size_t>(p)];
  }

  // The s8 or s32 tensor behind a dequantize node that makes `id`, or -1.
  int quantized_source(int id) const {
    const ir::Node* node = producer(id);
    return node != nullptr && node->op == OpType::dequantize ? node->inputs[0] : -1;
  }

  bool is_per_tensor_s8(int id) const {
    return id >= 0 && graph_.tensor(id).dtype == DType::s8 &&
           graph_.tensor(id).quantization.axis < 0 &&
           graph_.tensor(id).quantization.scale.size() == 1;
  }

  // The s8 tensor that the only reader of `id`, a quantize node, makes of it, or -1.
  int quantized_result(int id) const {
    const std::vector<int>& readers = readers_[static_cast<size_t>(id)];
    if (readers.size() != 1 || graph_.is_output(id)) return -1;
    const ir::Node& reader = graph_.nodes[static_cast<size_t>(readers[0])];
    return reader.op == OpType::quantize && is_per_tensor_s8(reader.outputs[0]) ? reader.outputs[0]
                                                                                : -1;
  }

  // Takes the quantize node that writes `id` away; another node writes `id` from now on.
  void drop_producer(int id) {
    ir::Node& quantize = graph_.nodes[static_cast<size_t>(producer_[static_cast<size_t>(id)])];
    ir::Tensor orphan = graph_.tensor(id);
    orphan.name += "/fused";
    quantize.outputs[0] = graph_.add_tensor(std::move(orphan));
  }

  bool fuse_elementwise(size_t n) {
    std::vector<int> inputs = graph_.nodes[n].inputs;
    for (int& id : inputs) {
      if (id < 0 || graph_.tensor(id).dtype != DType::f32) continue;
      id = quantized_source(id);
      if (!is_per_tensor_s8(id)) return false;
    }
    std::vector<int> outputs = graph_.nodes[n].outputs;
    for (int& id : outputs) {
      id = quantized_result(id);
      if (id < 0) return false;
    }
    if (inputs == graph_.nodes[n].inputs) return false;
    for (int id : outputs) drop_producer(id);
    graph_.nodes[n].inputs = std::move(inputs);
    graph_.nodes[n].outputs = std::move(outputs);
    return true;
  }

  bool fuse_pass_through(size_t n) {
    const int x = graph_.nodes[n].inputs[0];
    if (x < 0 || graph_.tensor(x).dtype != DType::f32 || graph_.is_constant(x)) return false;
    if (const int source = quantized_source(x); is_per_tensor_s8(source)) {
      move_dequantize_behind(n, source);
      return true;
    }
    return graph_.nodes[n].outputs.size() == 1 && move_quantize_before(n);
  }

  // dequantize ─▶ op  becomes  op ─▶ dequantize; a quantize behind meets the dequantize there.
  void move_dequantize_behind(size_t n, int source) {
    graph_.nodes[n].inputs[0] = source;
    for (size_t o = 0; o < graph_.nodes[n].outputs.size(); ++o) {
      const int id = graph_.nodes[n].outputs[o];
      ir::Tensor codes = graph_.tensor(id);
      codes.name += "/codes";
      codes.dtype = DType::s8;
      codes.quantization = graph_.tensor(source).quantization;
      const int q = graph_.add_tensor(std::move(codes));
      graph_.nodes[n].outputs[o] = q;
      graph_.nodes.push_back(
          ir::make_node(OpType::dequantize, graph_.tensor(id).name + "/dequantize", {q}, {id}));
    }
  }

  // op ─▶ quantize  becomes  quantize ─▶ op
  bool move_quantize_before(size_t n) {
    const int result = quantized_result(graph_.nodes[n].outputs[0]);
    if (result < 0) return false;
    drop_producer(result);
    const int x = graph_.nodes[n].inputs[0];
    ir::Tensor codes = graph_.tensor(x);
    codes.name += "/codes";
    codes.dtype = DType::s8;
    codes.quantization = graph_.tensor(result).quantization;
    const int q = graph_.add_tensor(std::move(codes));
    graph_.nodes.push_back(
        ir::make_node(OpType::quantize, graph_.tensor(x).name + "/quantize", {x}, {q}));
    graph_.nodes[n].inputs[0] = q;
    graph_.nodes[n].outputs[0] = result;
    return true;
  }

  // The s8 constant behind `id` if kernels can use it as weights: symmetric, one scale a channel or
  // one for all (spread over the channels then), no -128.
  int weights_source(int id, int axis) {
    const int source = quantized_source(id);
    if (!graph_.is_constant(source) || graph_.tensor(source).dtype != DType::s8) return -1;
    const ir::Tensor& weights = graph_.tensor(source);
    const ir::Quantization& q = weights.quantization;
    const bool symmetric =
        std::all_of(q.zero_point.begin(), q.zero_point.end(), [](int32_t z) { return z == 0; });
    const std::span<const int8_t> values = weights.values<int8_t>();
    if (!symmetric || std::find(values.begin(), values.end(), int8_t{-128}) != values.end())
      return -1;
    const size_t channels = static_cast<size_t>(weights.shape[static_cast<size_t>(axis)]);
    if (q.axis == axis && q.scale.size() == channels) return source;
    if (q.scale.size() != 1) return -1;
    ir::Quantization spread;
    spread.axis = axis;
    spread.scale.assign(channels, q.scale[0]);
    const ir::Tensor copy = weights;
    const int per_channel = graph_.add_constant(copy.name, DType::s8, copy.shape, copy.bytes);
    graph_.tensor(per_channel).quantization = std::move(spread);
    return per_channel;
  }

  // The bias as s32 in units of x_scale·w_scale: kept where it is stored so, rounded where it is
  // float. False when the node's bias is neither.
  bool integer_bias(const ir::Node& node, float x_scale, const std::vector<float>& w_scale,
                    int* out) {
    *out = -1;
    const int id = node.inputs.size() > 2 ? node.inputs[2] : -1;
    if (id < 0) return true;
    const int source = quantized_source(id);
    if (graph_.is_constant(source) && graph_.tensor(source).dtype == DType::s32) {
      *out = source;
      return true;
    }
    if (!graph_.is_constant(id) || graph_.tensor(id).dtype != DType::f32) return false;
    const ir::Tensor bias = graph_.tensor(id);
    std::vector<int32_t> codes;
    ir::Quantization q;
    q.axis = 0;
    for (size_t c = 0; c < bias.values<float>().size(); ++c) {
      q.scale.push_back(x_scale * w_scale.at(c));
      const double code = std::nearbyint(static_cast<double>(bias.values<float>()[c]) /
                                         static_cast<double>(q.scale[c]));
      codes.push_back(static_cast<int32_t>(std::clamp(code, -1073741824.0, 1073741823.0)));
    }
    *out = graph_.add_constant(bias.name, DType::s32, bias.shape, ir::Bytes::of(codes));
    graph_.tensor(*out).quantization = std::move(q);
    return true;
  }

  bool fuse_weighted(size_t n) {
    const ir::Node node = graph_.nodes[n];
    const int x = quantized_source(node.inputs[0]);
    const int y = quantized_result(node.outputs[0]);
    if (!is_per_tensor_s8(x) || y < 0) return false;
    const int w = weights_source(node.inputs[1], node.op == OpType::depthwise_conv_2d ? 2 : 0);
    if (w < 0) return false;
    int bias = -1;
    if (!integer_bias(node, graph_.tensor(x).quantization.scale[0],
                      graph_.tensor(w).quantization.scale, &bias))
      return false;
    drop_producer(y);
    graph_.nodes[n].inputs = bias < 0 ? std::vector<int>{x, w} : std::vector<int>{x, w, bias};
    graph_.nodes[n].outputs = {y};
    return true;
  }

  ir::Graph& graph_;
  std::vector<int> producer_;
  std::vector<std::vector<int>> readers_;
};

}  // namespace

bool fuse_quantized_ops(ir::Graph& graph) {
  bool changed = false;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (!Fuser(graph).fuse(n)) continue;
    changed = true;
  }
  if (changed) {
    graph.sort();
    graph.remove_unused();
  }
  return changed;
}

}  // namespace linnet
