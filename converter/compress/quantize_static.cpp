#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "converter/calibrate/choose_range.h"
#include "converter/compress/compress.h"
#include "converter/compress/correct_bias.h"
#include "converter/ir/int8_ops.h"

namespace linnet {
namespace {

using fb::DType;
using fb::OpType;
using Kind = ir::Int8Kind;

// Biases stay below this in units of the input's scale times the weights': the sum of products
// needs the rest of an int32.
constexpr float kMostBias = 1 << 30;

ir::Quantization fixed_quantization(Kind kind) {
  ir::Quantization quantization;
  quantization.scale = {kind == Kind::unit_range ? 1.0f / 256 : 1.0f / 128};
  quantization.zero_point = {kind == Kind::unit_range ? -128 : 0};
  return quantization;
}

class StaticQuantizer {
 public:
  StaticQuantizer(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration,
                  Reasons& reasons)
      : graph_(graph), recipe_(recipe), calibration_(calibration), reasons_(reasons) {}

  void run() {
    const size_t count = graph_.nodes.size();
    for (size_t n = 0; n < count; ++n) choose(n);
    for (size_t n = count; n-- > 0;) drop_needless_rounding(n);
    for (size_t n = 0; n < count; ++n) {
      if (chosen_.contains(n)) rewrite(n);
    }
    for (auto& node : added_) graph_.nodes.push_back(std::move(node));
    for (size_t n = 0; n < count; ++n) redirect(n);
    for (int& id : graph_.outputs) id = integer_.contains(id) ? dequantized_.at(id) : id;
    rename();
    graph_.sort();
    graph_.remove_unused();
  }

 private:
  bool is_activation(int id) const {
    return id >= 0 && !graph_.is_constant(id) && graph_.tensor(id).dtype == DType::f32;
  }

  // Calibrated quantization of a tensor, chosen by the scheme of the node that asks first.
  std::optional<ir::Quantization> calibrated(int id, const LayerScheme& scheme) const {
    const auto found = calibration_.find(graph_.tensor(id).name);
    if (found == calibration_.end() || found->second.histogram.empty()) return {};
    return quantization_of(choose_range(found->second, scheme.range, scheme.percentile));
  }

  bool keep_float(const ir::Node& node, std::string reason) {
    if (!reason.empty()) reasons_[node.name] = std::move(reason);
    return false;
  }

  // Fills quantization_ for the node's inputs and outputs if it is to run in int8.
  void choose(size_t n) {
    const ir::Node& node = graph_.nodes[n];
    const LayerScheme scheme = recipe_.scheme(node.name);
    const Kind kind = ir::int8_kind(node.op);
    if (kind == Kind::none || scheme.activations != ActivationType::int8) return;
    // Arithmetic may begin with its constant: 1 - x.
    const size_t data = kind == Kind::elementwise ? node.inputs.size() : 1;
    const auto activation = [&](int id) { return is_activation(id); };
    if (std::none_of(node.inputs.begin(), node.inputs.begin() + static_cast<std::ptrdiff_t>(data),
                     activation))
      return;
    if (!is_activation(node.outputs[0])) return;
    if (accepts(node, kind, scheme)) chosen_.insert(n);
  }

  // Values that only float nodes (or the caller) read need not become int8 first: layers give them
  // as float, and what moves them moves floats. Readers come before n.
  void drop_needless_rounding(size_t n) {
    if (!chosen_.contains(n)) return;
    const ir::Node& node = graph_.nodes[n];
    const auto read_in_int8 = [&](int id) { return int8_read_.contains(id); };
    if (std::none_of(node.outputs.begin(), node.outputs.end(), read_in_int8)) {
      const Kind kind = ir::int8_kind(node.op);
      if (kind == Kind::pass_through) {
        chosen_.erase(n);
        return;
      }
      if (kind == Kind::weighted && node.op != OpType::depthwise_conv_2d) float_result_.insert(n);
    }
    int8_read_.insert(node.inputs.begin(), node.inputs.end());
  }

  bool accepts(const ir::Node& node, Kind kind, const LayerScheme& scheme) {
    if (kind == Kind::weighted && !accepts_weights(node, scheme)) return false;
    // Moving bytes is worth it only where they are int8 already.
    if (kind == Kind::pass_through && !quantization_.contains(node.inputs[0])) return false;

    std::map<int, ir::Quantization> found;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const int id = node.inputs[i];
      if (!is_activation(id) || quantization_.contains(id)) continue;
      const std::optional<ir::Quantization> q = calibrated(id, scheme);
      if (!q)
        return keep_float(
            node, fmt::format("input '{}' was not seen while calibrating", graph_.tensor(id).name));
      found[id] = *q;
    }
    for (const int id : node.outputs) {
      std::optional<ir::Quantization> q;
      if (kind == Kind::pass_through) {
        q = quantization_.at(node.inputs[0]);
      } else if (kind == Kind::unit_range || kind == Kind::signed_unit) {
        q = fixed_quantization(kind);
      } else {
        q = calibrated(id, scheme);
        if (!q)
          return keep_float(node, fmt::format("output '{}' was not seen while calibrating",
                                              graph_.tensor(id).name));
        const double snr =
            quantization_snr_db(calibration_.at(graph_.tensor(id).name).histogram, *q);
        if (snr < kLeastSnrDb)
          return keep_float(node, fmt::format("int8 would keep only {:.1f} dB of its result", snr));
      }
      found[id] = *q;
    }
    quantization_.merge(found);
    return true;
  }

  bool accepts_weights(const ir::Node& node, const LayerScheme& scheme) {
    if (!is_weighted_layer(graph_, node)) return false;
    if (scheme.weights != WeightType::int8) {
      return keep_float(node, fmt::format("{} weights run with float activations",
                                          weight_type_name(scheme.weights)));
    }
    const ir::Tensor& weights = graph_.tensor(node.inputs[1]);
    const std::span<const float> w = weights.values<float>();
    if (!std::all_of(w.begin(), w.end(), [](float v) { return std::isfinite(v); }))
      return keep_float(node, "its weights hold values that are not finite");
    const std::string broken =
        why_broken(weights, quantize_weights_int8(weights, weight_axis(node)));
    if (!broken.empty()) return keep_float(node, broken);
    return true;
  }

  static int weight_axis(const ir::Node& node) {
    return node.op == OpType::depthwise_conv_2d ? 2 : 0;
  }

  // Puts dequantize(quantize(x)) behind every quantized tensor of node n and makes its constants
  // int8.
  void rewrite(size_t n) {
    for (int id : graph_.nodes[n].inputs) {
      if (is_activation(id)) add_pair(id);
    }
    for (int id : graph_.nodes[n].outputs) {
      if (float_result_.contains(n)) break;
      add_pair(id);
      integer_.insert(id);
    }
    if (ir::int8_kind(graph_.nodes[n].op) == Kind::weighted) {
      rewrite_weights(n);
      return;
    }
    for (size_t i = 0; i < graph_.nodes[n].inputs.size(); ++i) {
      const int id = graph_.nodes[n].inputs[i];
      if (graph_.is_constant(id) && graph_.tensor(id).dtype == DType::f32)
        graph_.nodes[n].inputs[i] = quantized_constant(graph_.tensor(id));
    }
  }

  void add_pair(int id) {
    if (dequantized_.contains(id)) return;
    const ir::Tensor original = graph_.tensor(id);
    ir::Tensor codes = original;
    codes.name = original.name + "/s8";
    codes.dtype = DType::s8;
    codes.quantization = quantization_.at(id);
    ir::Tensor values = original;
    values.name = original.name + "/dequantized";
    const int q = graph_.add_tensor(std::move(codes));
    const int dq = graph_.add_tensor(std::move(values));
    added_.push_back(ir::make_node(OpType::quantize, original.name + "/quantize", {id}, {q}));
    added_.push_back(ir::make_node(OpType::dequantize, original.name + "/dequantize", {q}, {dq}));
    dequantized_[id] = dq;
    codes_[id] = q;
  }

  // A constant behind a dequantize node; returns the dequantized tensor.
  int dequantized_constant(const std::string& name, DType dtype, const std::vector<int32_t>& shape,
                           ir::Bytes bytes, ir::Quantization quantization) {
    const int id = graph_.add_constant(name, dtype, shape, std::move(bytes));
    graph_.tensor(id).quantization = std::move(quantization);
    ir::Tensor values;
    values.name = graph_.tensor(id).name + "/dequantized";
    values.shape = shape;
    const int dq = graph_.add_tensor(std::move(values));
    added_.push_back(
        ir::make_node(OpType::dequantize, graph_.tensor(id).name + "/dequantize", {id}, {dq}));
    return dq;
  }

  int quantized_constant(const ir::Tensor& constant) {
    const std::span<const float> values = constant.values<float>();
    Range range;
    for (float v : values) {
      range.low = std::min(range.low, static_cast<double>(v));
      range.high = std::max(range.high, static_cast<double>(v));
    }
    ir::Quantization quantization = quantization_of(range);
    std::vector<int8_t> codes;
    for (float v : values) {
      const float q = std::nearbyint(v / quantization.scale[0]) +
                      static_cast<float>(quantization.zero_point[0]);
      codes.push_back(static_cast<int8_t>(std::clamp(q, -128.0f, 127.0f)));
    }
    return dequantized_constant(constant.name, DType::s8, constant.shape, ir::Bytes::of(codes),
                                std::move(quantization));
  }

  void rewrite_weights(size_t n) {
    const ir::Node node = graph_.nodes[n];
    const float x_scale = quantization_.at(node.inputs[0]).scale[0];
    const ir::Tensor weights = graph_.tensor(node.inputs[1]);
    ir::Tensor stored = quantize_weights_int8(weights, weight_axis(node));
    std::vector<float> bias = bias_for(node, weights, stored);
    // Where weights are next to nothing, it is the bias that has to fit the scale.
    std::vector<float> least_scales;
    for (float b : bias) least_scales.push_back(std::fabs(b) / kMostBias / x_scale);
    const auto fits = [](float least, float scale) { return least <= scale; };
    if (!std::equal(least_scales.begin(), least_scales.end(), stored.quantization.scale.begin(),
                    fits)) {
      stored = quantize_weights_int8(weights, weight_axis(node), least_scales);
      bias = bias_for(node, weights, stored);
    }
    graph_.nodes[n].inputs[1] = dequantized_constant(stored.name, DType::s8, stored.shape,
                                                     stored.bytes, stored.quantization);
    if (!bias.empty()) set_bias(n, bias, x_scale, stored.quantization.scale);
  }

  std::vector<float> bias_for(const ir::Node& node, const ir::Tensor& weights,
                              const ir::Tensor& stored) const {
    const TensorStatistics* input =
        recipe_.bias_correction() ? statistics_of(graph_, calibration_, node.inputs[0]) : nullptr;
    return corrected_bias(graph_, node, weights, stored, input);
  }

  // The bias of layer n in units of its input's scale times its weights'.
  void set_bias(size_t n, const std::vector<float>& bias, float x_scale,
                const std::vector<float>& weight_scales) {
    ir::Quantization quantization;
    quantization.axis = 0;
    std::vector<int32_t> codes;
    for (size_t c = 0; c < bias.size(); ++c) {
      quantization.scale.push_back(x_scale * weight_scales[c]);
      const double q =
          std::nearbyint(static_cast<double>(bias[c]) / static_cast<double>(quantization.scale[c]));
      constexpr double kMost = kMostBias;
      codes.push_back(static_cast<int32_t>(std::clamp(q, -kMost, kMost)));
    }
    const int id = dequantized_constant(graph_.nodes[n].name + "/bias", DType::s32,
                                        {static_cast<int32_t>(codes.size())}, ir::Bytes::of(codes),
                                        std::move(quantization));
    graph_.nodes[n].inputs.resize(3, -1);
    graph_.nodes[n].inputs[2] = id;
  }

  // Int8 nodes read dequantized values; so does everyone who reads the result of an int8 node.
  void redirect(size_t n) {
    for (int& id : graph_.nodes[n].inputs) {
      const auto pair = dequantized_.find(id);
      if (pair != dequantized_.end() && (chosen_.contains(n) || integer_.contains(id)))
        id = pair->second;
    }
  }

  // The values that stay in the file keep the source's names: the int8 ones, and outputs' float
  // ones.
  void rename() {
    for (const auto& [id, dq] : dequantized_) {
      if (!integer_.contains(id)) continue;
      const std::string name = graph_.tensor(id).name;
      graph_.tensor(id).name = name + "/float";
      graph_.tensor(graph_.is_output(dq) ? dq : codes_.at(id)).name = name;
    }
  }

  ir::Graph& graph_;
  const Recipe& recipe_;
  const Calibration& calibration_;
  Reasons& reasons_;
  std::map<int, ir::Quantization> quantization_;  // of activations, by tensor id
  std::set<size_t> chosen_;                       // nodes that run in int8
  std::set<size_t> float_result_;                 // of these, layers whose result stays float
  std::set<int> int8_read_;                       // tensors that chosen nodes read
  std::set<int> integer_;                         // tensors that int8 nodes write
  std::map<int, int> codes_, dequantized_;        // f32 tensor -> its s8 form, its dequantized form
  std::vector<ir::Node> added_;
};

}  // namespace

void quantize_static(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration,
                     Reasons& reasons) {
  StaticQuantizer(graph, recipe, calibration, reasons).run();
}

}  // namespace linnet
