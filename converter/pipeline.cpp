#include "converter/calibrate/calibrate.h"
#include "converter/compress/compress.h"
#include "converter/convert.h"
#include "converter/emit/emit_model.h"
#include "converter/import/onnx/onnx_importer.h"
#include "converter/passes/passes.h"
#include "converter/report/layer_report.h"

namespace linnet {

// The order of a conversion. Each stage is a file or a folder of its own.
ConvertReport convert(const ConvertOptions& options) {
  const auto stage = [&](const char* name, double done) {
    if (options.progress) options.progress(name, done);
  };
  const Recipe recipe(options);

  stage("import", 0);
  OnnxImportOptions import_options;
  import_options.input_shapes = options.input_shapes;
  ir::Graph graph = import_onnx(options.input, import_options);

  stage("optimize", 0);
  optimize(graph);
  if (recipe.cross_layer_equalization()) equalize_cross_layer(graph);
  const ir::Graph reference = graph;

  Reasons reasons;
  Calibration calibration;
  std::vector<Sample> samples;
  const bool integer = recipe.any_int8_activations() || recipe.any_integer_weights();
  if (recipe.any_int8_activations() || !options.calibration.empty())
    samples = read_calibration_samples(graph, recipe, options);
  if (integer && !samples.empty()) {
    calibration =
        calibrate(graph, samples, options.threads, [&](double done) { stage("calibrate", done); });
  }
  stage("compress", 0);
  if (recipe.any_int8_activations()) quantize_static(graph, recipe, calibration, reasons);
  compress_weights(graph, recipe, calibration, reasons);
  optimize(graph);
  choose_winograd(graph, recipe);

  stage("report", 0);
  ConvertReport report = report_layers(reference, graph, recipe, reasons, samples, options);
  for (const std::string& pattern : recipe.unmatched(reference))
    report.warnings.push_back("the recipe's pattern '" + pattern + "' matches no layer");
  stage("write", 0);
  fuse_residual(graph);
  const auto note = [&](const std::string& key, const std::string& value) {
    std::erase_if(graph.metadata, [&](const auto& entry) { return entry.first == key; });
    graph.metadata.emplace_back(key, value);
  };
  note("linnet.scheme", report.scheme);
  for (const auto& [key, value] : recipe.image_metadata()) note(key, value);
  if (!options.output.empty()) emit_model_file(graph, options.output);
  report.file_bytes = emitted_size(graph);
  return report;
}

}  // namespace linnet
