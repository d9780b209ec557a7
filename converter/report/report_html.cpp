#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "converter/io/file.h"
#include "converter/report/layer_report.h"

namespace linnet {
namespace {

constexpr size_t kPictured = 6;  // worst layers that get a picture

std::string escape(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string decibel(double value) {
  if (std::isnan(value)) return "–";
  return std::isinf(value) ? "exact" : fmt::format("{:.1f}", value);
}

// The ratio that ranks layers: the output's where it was measured, else the weights'.
double quality(const LayerReport& layer) {
  return std::isnan(layer.output_snr_db) ? layer.weight_snr_db : layer.output_snr_db;
}

// Bars of the layers' signal-to-noise ratios in order of execution: where the network loses
// quality.
std::string quality_chart(const ConvertReport& report) {
  constexpr double kHeight = 160, kTop = 60;  // pixels, dB
  const double width =
      std::clamp(900.0 / static_cast<double>(std::max<size_t>(report.layers.size(), 1)), 2.0, 24.0);
  std::string svg = fmt::format("<svg viewBox='0 0 {:.0f} {}' height='{}' role='img'>",
                                width * static_cast<double>(report.layers.size()) + 40,
                                kHeight + 20, kHeight + 20);
  for (int db = 0; db <= 60; db += 20) {
    const double y = kHeight - db / kTop * kHeight + 8;
    svg += fmt::format("<text x='0' y='{:.0f}' class='axis'>{} dB</text>", y, db);
  }
  for (size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    if (std::isnan(quality(layer))) continue;
    const double db = std::clamp(quality(layer), 0.0, kTop);
    const double h = db / kTop * kHeight;
    svg += fmt::format(
        "<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' class='{}'><title>{}: {} "
        "dB</title></rect>",
        40 + width * static_cast<double>(i), kHeight - h + 4, width * 0.8, h,
        db < 15 ? "bad" : "good", escape(layer.name), decibel(quality(layer)));
  }
  return svg + "</svg>";
}

std::string histogram_chart(const LayerReport& layer) {
  constexpr double kWidth = 8, kHeight = 80;
  uint32_t largest = 1;
  for (uint32_t count : layer.histogram) largest = std::max(largest, count);
  std::string svg =
      fmt::format("<svg viewBox='0 0 {:.0f} {:.0f}' width='{:.0f}' height='{:.0f}' role='img'>",
                  kWidth * static_cast<double>(layer.histogram.size()), kHeight,
                  kWidth * static_cast<double>(layer.histogram.size()), kHeight);
  for (size_t i = 0; i < layer.histogram.size(); ++i) {
    // Logarithmic: the tails matter.
    const double h = std::log1p(static_cast<double>(layer.histogram[i])) /
                     std::log1p(static_cast<double>(largest)) * kHeight;
    svg += fmt::format("<rect x='{:.0f}' y='{:.1f}' width='{:.0f}' height='{:.1f}' class='good'/>",
                       kWidth * static_cast<double>(i), kHeight - h, kWidth - 1, h);
  }
  return svg + "</svg>";
}

std::string layer_rows(const ConvertReport& report) {
  std::string rows;
  for (const LayerReport& layer : report.layers) {
    rows += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td class='n'>{}</td><td class='n'>{}</td><td "
        "class='n'>{}</td>"
        "<td class='n'>{}</td><td class='n'>{}</td><td>{}</td></tr>\n",
        escape(layer.name), layer.op, layer.scheme, layer.parameters, layer.bytes_float,
        layer.bytes, decibel(layer.weight_snr_db), decibel(layer.output_snr_db),
        escape(layer.reason));
  }
  return rows;
}

std::string worst_layers(const ConvertReport& report) {
  std::vector<const LayerReport*> worst;
  for (const LayerReport& layer : report.layers) {
    if (!layer.histogram.empty()) worst.push_back(&layer);
  }
  std::stable_sort(worst.begin(), worst.end(),
                   [](const auto* a, const auto* b) { return quality(*a) < quality(*b); });
  worst.resize(std::min(worst.size(), kPictured));
  std::string html;
  for (const LayerReport* layer : worst) {
    html += fmt::format(
        "<figure>{}<figcaption>{}: {}, weights {} dB, output {} dB</figcaption></figure>\n",
        histogram_chart(*layer), escape(layer->name), layer->scheme, decibel(layer->weight_snr_db),
        decibel(layer->output_snr_db));
  }
  return html.empty() ? "<p>All weights are stored exactly.</p>" : html;
}

constexpr const char* kStyle =
    "body{font:15px "
    "system-ui,sans-serif;margin:2em;max-width:75em;color:#222}table{border-collapse:collapse;font-"
    "size:13px}"
    "td,th{padding:2px 10px;border-bottom:1px solid "
    "#ddd;text-align:left}.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".good{fill:#3b7dd8}.bad{fill:#d8503b}.axis{font-size:10px;fill:#666}figure{display:inline-"
    "block;margin:0 2em 1em 0}"
    "figcaption{font-size:12px;max-width:264px}";

}  // namespace

void write_report_html(const ConvertReport& report, const std::string& path) {
  const double ratio = static_cast<double>(report.float_bytes) /
                       static_cast<double>(std::max<uint64_t>(report.file_bytes, 1));
  std::string warnings;
  for (const std::string& warning : report.warnings)
    warnings += "<p><b>Warning:</b> " + escape(warning) + "</p>\n";
  const std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang='en'><head><meta "
      "charset='utf-8'><title>{0}</title><style>{1}</style></head><body>\n"
      "<h1>{0}</h1>\n<p>{2}. Weights as f32: {3} bytes; file: {4} bytes ({5:.2f} times smaller). "
      "Calibration samples: {6}.</p>\n{7}"
      "<h2>Signal-to-noise ratio by layer</h2>\n<p>Of the layer's output against the float model "
      "where calibration data was given, "
      "of its weights otherwise. Red: below 15 dB.</p>\n{8}\n"
      "<h2>Worst layers: error of the stored weights</h2>\n<p>Over ±4 root-mean-square weights, "
      "logarithmic height.</p>\n{9}"
      "<h2>Layers</h2>\n<table><tr><th>layer</th><th>op</th><th>scheme</th><th>parameters</"
      "th><th>float bytes</th><th>stored bytes</th>"
      "<th>weights dB</th><th>output dB</th><th>note</th></tr>\n{10}</table>\n</body></html>\n",
      escape(report.model), kStyle, escape(report.scheme), report.float_bytes, report.file_bytes,
      ratio, report.calibration_samples, warnings, quality_chart(report), worst_layers(report),
      layer_rows(report));
  write_file(path, html.data(), html.size());
}

}  // namespace linnet
