#include <algorithm>
#include <cmath>
#include <limits>

#include "converter/ir/infer_shapes.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantized.h"

namespace linnet {

namespace {

using ir::DType;
using ir::OpType;

enum class Kind { none, linear, binary, values };

// linear: constant weights and s32 bias. binary: two operands, a scalar constant may be float.
// values: all data inputs quantized alike or not, the rest constants as they are.
Kind kind_of(OpType op) {
  using enum fb::OpType;
  switch (op) {
    case conv_2d:
    case depthwise_conv_2d:
    case conv_transpose_2d:
    case fully_connected:
      return Kind::linear;
    case add:
    case sub:
    case mul:
    case div:
    case minimum:
    case maximum:
    case OpType::pow:
      return Kind::binary;
    case clip:
    case leaky_relu:
    case prelu:
    case sigmoid:
    case OpType::tanh:
    case hard_sigmoid:
    case hard_swish:
    case silu:
    case gelu:
    case elu:
    case OpType::exp:
    case OpType::log:
    case OpType::sqrt:
    case OpType::abs:
    case neg:
    case OpType::erf:
    case OpType::floor:
    case OpType::ceil:
    case OpType::round:
    case average_pool_2d:
    case softmax:
    case layer_norm:
    case concat:
    case resize:
    case reduce_mean:
    case reduce_sum:
    case batch_matmul:
      return Kind::values;
    default:
      return Kind::none;
  }
}

// Inputs that are data; what follows them are parameters.
size_t data_inputs(const ir::Node& node) {
  switch (node.op) {
    case OpType::concat:
      return node.inputs.size();
    case OpType::batch_matmul:
      return 2;
    default:
      return 1;
  }
}

class Fuser {
 public:
  Fuser(ir::Graph& graph, const Uses& uses, size_t n)
      : graph_(graph), uses_(uses), node_(graph.nodes[n]), n_(n) {}

  bool run() {
    const Kind kind = kind_of(node_.op);
    if (kind == Kind::none || node_.outputs.size() != 1) return false;
    if (graph_.tensor(node_.outputs[0]).dtype != DType::f32) return false;
    quantize_ = sole_quantize(graph_, uses_, node_.outputs[0]);
    switch (kind) {
      case Kind::linear:
        return fuse_linear();
      case Kind::binary:
        return fuse_binary();
      default:
        return fuse_values();
    }
  }

 private:
  void finish(ir::Node node) {
    if (quantize_ >= 0) {
      ir::Node& quantize = graph_.nodes[static_cast<size_t>(quantize_)];
      node.outputs = quantize.outputs;
      kill_node(quantize);
    }
    graph_.nodes[n_] = std::move(node);
  }

  // The quantized weights behind input 1, if the integer kernels take them; -1 otherwise.
  int weights_source() const {
    const ir::Node* dequantize = producer_of(graph_, uses_, node_.inputs[1], OpType::dequantize);
    if (!dequantize || !graph_.is_constant(dequantize->inputs[0])) return -1;
    const ir::Tensor& weights = graph_.tensor(dequantize->inputs[0]);
    if (!obstacle_to_integer(weights, node_.op).empty()) return -1;
    return dequantize->inputs[0];
  }

  // The bias in units of x's scale times the weights'; -1: none. False when it cannot be had.
  bool integer_bias(int x, int weights, int* bias) {
    *bias = -1;
    if (node_.inputs.size() < 3 || node_.inputs[2] < 0) return true;
    int source = node_.inputs[2];
    const ir::Node* dequantize = producer_of(graph_, uses_, source, OpType::dequantize);
    if (dequantize) source = dequantize->inputs[0];
    if (!graph_.is_constant(source)) return false;
    const ir::Tensor& constant = graph_.tensor(source);
    if (!dequantize && constant.dtype != DType::f32) return false;
    const double x_scale = graph_.tensor(x).quantization.scale[0];
    const auto& w = graph_.tensor(weights).quantization.scale;
    const auto& b = constant.quantization;
    std::vector<int32_t> values(static_cast<size_t>(constant.elements()));
    bool same = constant.dtype == DType::s32;
    for (size_t i = 0; i < values.size(); ++i) {
      const double unit = x_scale * w[w.size() == 1 ? 0 : i];
      double real = 0;
      if (constant.dtype == DType::f32) {
        real = constant.values<float>()[i];
      } else {
        const double scale = b.scale[b.scale.size() == 1 ? 0 : i];
        const int32_t zero =
            b.zero_point.empty() ? 0 : b.zero_point[b.zero_point.size() == 1 ? 0 : i];
        const int64_t q = constant.dtype == DType::s32  ? constant.values<int32_t>()[i]
                          : constant.dtype == DType::s8 ? constant.values<int8_t>()[i]
                                                        : constant.values<uint8_t>()[i];
        real = scale * static_cast<double>(q - zero);
        same = same && zero == 0 && std::fabs(scale - unit) <= 1e-5 * unit;
      }
      constexpr double kMost = std::numeric_limits<int32_t>::max();
      values[i] = static_cast<int32_t>(std::clamp(std::nearbyint(real / unit), -kMost, kMost));
    }
    // A bias in its own units is kept to the bit.
    if (same) values.assign(constant.values<int32_t>().begin(), constant.values<int32_t>().end());
    *bias = graph_.add_constant(constant.name, DType::s32, constant.shape, ir::Bytes::of(values));
    return true;
  }

  bool fuse_linear() {
    const int x = quantized_source(graph_, uses_, node_.inputs[0]);
    const int weights = x >= 0 ? weights_source() : -1;
    if (weights < 0 || graph_.is_constant(x)) return false;
    // Without a quantize behind it the op gives float results; depthwise has no such kernel.
    if (quantize_ < 0 && node_.op == OpType::depthwise_conv_2d) return false;
    int bias = -1;
    ir::Node node = node_;
    if (!integer_bias(x, weights, &bias)) return false;
    node.inputs = {x, weights, bias};
    finish(std::move(node));
    return true;
  }

  // A scalar constant as s8 that stands for it exactly: 1 times its magnitude.
  int quantized_scalar(int id) {
    const auto value = graph_.is_constant(id) && graph_.tensor(id).elements() == 1
                           ? scalar_value(graph_, id)
                           : std::nullopt;
    if (!value || !std::isfinite(*value)) return -1;
    const float size = std::fabs(*value);
    if (size != 0.0f && size < std::numeric_limits<float>::min()) return -1;
    const std::vector<int8_t> q = {static_cast<int8_t>(*value > 0 ? 1 : *value < 0 ? -1 : 0)};
    const int constant = graph_.add_constant(graph_.tensor(id).name + "/s8", DType::s8,
                                             graph_.tensor(id).shape, ir::Bytes::of(q));
    graph_.tensor(constant).quantization.scale = {size != 0.0f ? size : 1.0f};
    return constant;
  }

  bool fuse_binary() {
    if (quantize_ < 0 || node_.inputs.size() != 2) return false;
    int sources[2], quantized = 0;
    for (size_t i = 0; i < 2; ++i) {
      sources[i] = quantized_source(graph_, uses_, node_.inputs[i]);
      quantized += sources[i] >= 0 && !graph_.is_constant(sources[i]);
    }
    if (quantized == 0) return false;
    ir::Node node = node_;
    for (size_t i = 0; i < 2; ++i) {
      node.inputs[i] = sources[i] >= 0 ? sources[i] : quantized_scalar(node_.inputs[i]);
      if (node.inputs[i] < 0) return false;
    }
    finish(std::move(node));
    return true;
  }

  bool fuse_values() {
    if (quantize_ < 0) return false;
    ir::Node node = node_;
    for (size_t i = 0; i < data_inputs(node_); ++i) {
      node.inputs[i] = quantized_source(graph_, uses_, node_.inputs[i]);
      if (node.inputs[i] < 0) return false;
    }
    finish(std::move(node));
    return true;
  }

  ir::Graph& graph_;
  const Uses& uses_;
  const ir::Node node_;
  const size_t n_;
  int quantize_ = -1;
};

}  // namespace

// Before: y = conv_2d(dequantize(x: s8), dequantize(W: s8), dequantize(b: s32)); q = quantize(y)
// After:  q = conv_2d(x, W, b), in integers
// The same for depthwise, transposed and fully connected layers (which may also give float
// results), for arithmetic, activations, means, softmax, concat and resize. Weights and biases that
// are quantized already are kept to the bit.
bool fuse_quantized_ops(ir::Graph& graph) {
  return rewrite_nodes(graph,
                       [&](const Uses& uses, size_t n) { return Fuser(graph, uses, n).run(); });
}

}  // namespace linnet
