#include "converter/report/layer_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "converter/calibrate/graph_runner.h"
#include "converter/emit/emit_model.h"

namespace linnet {
namespace {

using fb::DType;
using fb::OpType;

constexpr size_t kMeasuredSamples = 4;
constexpr int kHistogramBins = 33;

bool has_weights(const ir::Graph& graph, const ir::Node& node) {
  switch (node.op) {
    case OpType::conv_2d:
    case OpType::depthwise_conv_2d:
    case OpType::conv_transpose_2d:
    case OpType::fully_connected:
      return graph.is_constant(node.inputs[1]);
    default:
      return false;
  }
}

std::string scheme_text(const ir::Graph& graph, const ir::Node& node) {
  const ir::Tensor& weights = graph.tensor(node.inputs[1]);
  switch (weights.dtype) {
    case DType::f32:
      return node.winograd == 0 ? "f32" : fmt::format("f32 winograd {0}x{0}", node.winograd);
    case DType::f16:
      return "f16";
    case DType::s4:
      return fmt::format("int4 block {}", weights.quantization.block);
    default:
      return graph.tensor(node.inputs[0]).dtype == DType::s8 ? "int8 static" : "int8 dynamic";
  }
}

std::vector<uint32_t> error_histogram(std::span<const float> original,
                                      std::span<const float> stored) {
  double square = 0;
  for (float w : original) square += static_cast<double>(w) * static_cast<double>(w);
  const double reach =
      4 * std::sqrt(square / static_cast<double>(std::max<size_t>(original.size(), 1)));
  std::vector<uint32_t> bins(kHistogramBins, 0);
  for (size_t i = 0; i < original.size(); ++i) {
    const double error = static_cast<double>(stored[i]) - static_cast<double>(original[i]);
    const double at = reach > 0 ? (error / reach + 1) / 2 * kHistogramBins : kHistogramBins / 2;
    ++bins[static_cast<size_t>(std::clamp(static_cast<int>(at), 0, kHistogramBins - 1))];
  }
  return bins;
}

// Signal and noise of one layer's output, summed over samples.
struct Energy {
  double signal = 0, noise = 0;
};

double real_value(const linnet_tensor& value, size_t i) {
  if (value.dtype == LINNET_F32)
    return static_cast<double>(static_cast<const float*>(value.data)[i]);
  return static_cast<double>(value.scale) *
         (static_cast<const int8_t*>(value.data)[i] - value.zero_point);
}

// Output energies by tensor name, for the tensors in `names`.
std::map<std::string, Energy> measure(const ir::Graph& reference, const ir::Graph& graph,
                                      const std::set<std::string>& names,
                                      const std::vector<Sample>& samples, int threads) {
  std::map<std::string, Energy> energies;
  GraphRunner float_runner(reference, threads);
  GraphRunner runner(graph, threads);
  for (size_t s = 0; s < std::min(samples.size(), kMeasuredSamples); ++s) {
    std::map<std::string, std::vector<float>> wanted;
    float_runner.run(samples[s], [&](const linnet_tensor& value) {
      if (!names.contains(value.name) || value.dtype != LINNET_F32) return;
      const float* begin = static_cast<const float*>(value.data);
      wanted[value.name].assign(begin, begin + value.size / sizeof(float));
    });
    runner.run(samples[s], [&](const linnet_tensor& value) {
      const auto found = wanted.find(value.name);
      const size_t width = value.dtype == LINNET_F32 ? 4 : 1;
      if (found == wanted.end() || (value.dtype != LINNET_F32 && value.dtype != LINNET_S8)) return;
      if (found->second.size() != value.size / width) return;
      Energy& energy = energies[value.name];
      for (size_t i = 0; i < found->second.size(); ++i) {
        const double x = static_cast<double>(found->second[i]);
        const double e = real_value(value, i) - x;
        energy.signal += x * x;
        energy.noise += e * e;
      }
    });
  }
  return energies;
}

std::string asked_scheme(const Recipe& recipe) {
  return fmt::format("{} weights, {} activations",
                     weight_type_name(recipe.default_scheme().weights),
                     activation_type_name(recipe.default_scheme().activations));
}

// Describes layers one after another; what several layers share counts for the first of them.
class LayerReporter {
 public:
  LayerReporter(const ir::Graph& reference, const ir::Graph& graph, const Reasons& reasons)
      : reference_(reference), graph_(graph), reasons_(reasons) {
    for (const ir::Node& node : reference.nodes) originals_[node.name] = &node;
  }

  // Layers with weights, and others that did not get what was asked for.
  bool reports(const ir::Node& node) const {
    return has_weights(graph_, node) || reasons_.contains(node.name);
  }

  LayerReport describe(const ir::Node& node) {
    LayerReport layer;
    layer.name = node.name;
    layer.op = fb::EnumNameOpType(node.op);
    layer.scheme = "f32";
    layer.weight_snr_db = std::numeric_limits<double>::quiet_NaN();
    layer.output_snr_db = std::numeric_limits<double>::quiet_NaN();
    if (const auto reason = reasons_.find(node.name); reason != reasons_.end())
      layer.reason = reason->second;
    if (has_weights(graph_, node)) describe_weights(node, layer);
    return layer;
  }

 private:
  void describe_weights(const ir::Node& node, LayerReport& layer) {
    const ir::Tensor& stored = graph_.tensor(node.inputs[1]);
    layer.scheme = scheme_text(graph_, node);
    const auto note = graph_.notes.find(node.name);
    if (layer.reason.empty() && note != graph_.notes.end() && stored.dtype == DType::f32)
      layer.reason = note->second;
    for (size_t i = 1; i < node.inputs.size(); ++i) {
      if (!graph_.is_constant(node.inputs[i])) continue;
      const size_t bytes = packed_size(graph_, node, i);
      if (!counted_.emplace(node.inputs[i], bytes).second) continue;
      layer.bytes += bytes;
      if (i <= 2)
        layer.parameters += static_cast<uint64_t>(graph_.tensor(node.inputs[i]).elements());
    }
    layer.bytes_float = 4 * layer.parameters;
    layer.weight_snr_db = std::numeric_limits<double>::infinity();
    const auto original = originals_.find(node.name);
    if (original == originals_.end() || !is_weighted_layer(reference_, *original->second) ||
        stored.dtype == DType::f32)
      return;
    const std::span<const float> w = reference_.tensor(original->second->inputs[1]).values<float>();
    const std::vector<float> w_stored = dequantize_weights(stored);
    if (w.size() != w_stored.size()) return;
    layer.weight_snr_db = weight_snr_db(w, w_stored);
    layer.histogram = error_histogram(w, w_stored);
  }

  const ir::Graph& reference_;
  const ir::Graph& graph_;
  const Reasons& reasons_;
  std::map<std::string, const ir::Node*> originals_;
  std::set<std::pair<int, size_t>> counted_;  // constants, in a packed form of that size
};

}  // namespace

ConvertReport report_layers(const ir::Graph& reference, const ir::Graph& graph,
                            const Recipe& recipe, const Reasons& reasons,
                            const std::vector<Sample>& samples, const ConvertOptions& options) {
  ConvertReport report;
  report.model = options.input;
  report.scheme = asked_scheme(recipe);
  report.calibration_samples = static_cast<int>(samples.size());
  LayerReporter reporter(reference, graph, reasons);
  std::set<std::string> outputs;
  for (const ir::Node& node : graph.nodes) {
    if (reporter.reports(node)) outputs.insert(graph.tensor(node.outputs[0]).name);
  }
  const std::map<std::string, Energy> energies =
      samples.empty() ? std::map<std::string, Energy>{}
                      : measure(reference, graph, outputs, samples, options.threads);
  for (const ir::Node& node : graph.nodes) {
    if (!reporter.reports(node)) continue;
    LayerReport layer = reporter.describe(node);
    if (const auto e = energies.find(graph.tensor(node.outputs[0]).name); e != energies.end()) {
      layer.output_snr_db = e->second.noise == 0
                                ? std::numeric_limits<double>::infinity()
                                : 10 * std::log10(e->second.signal / e->second.noise);
    }
    report.float_bytes += layer.bytes_float;
    report.layers.push_back(std::move(layer));
  }
  return report;
}

}  // namespace linnet
