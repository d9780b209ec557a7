#include "converter/convert.h"

#include <fmt/format.h>

#include <cmath>

#include "converter/compress/recipe.h"
#include "converter/import/onnx/onnx_importer.h"
#include "converter/io/file.h"
#include "converter/report/layer_report.h"
#include "tools/command.h"

namespace linnet::tools {
namespace {

struct Arguments {
  ConvertOptions options;
  std::string weights = "f32";
  std::string activations = "f32";
  std::string range = "min_max";
  std::string winograd = "auto";
  std::vector<std::string> shapes;
  std::string report;
  bool no_bias_correction = false;
  bool json = false;
  bool list_ops = false;
};

std::string decibel(double value) {
  if (std::isnan(value)) return "-";
  return std::isinf(value) ? "exact" : fmt::format("{:.1f}", value);
}

void print_report(const ConvertReport& report, const std::string& output) {
  fmt::print("{:<40} {:<18} {:>16} {:>10} {:>10} {:>9} {:>9}\n", "layer", "op", "scheme", "float",
             "stored", "weights", "output");
  fmt::print("{:<40} {:<18} {:>16} {:>10} {:>10} {:>9} {:>9}\n", "", "", "", "bytes", "bytes",
             "SNR dB", "SNR dB");
  for (const LayerReport& layer : report.layers) {
    fmt::print("{:<40.40} {:<18} {:>16} {:>10} {:>10} {:>9} {:>9}\n", layer.name, layer.op,
               layer.scheme, layer.bytes_float, layer.bytes, decibel(layer.weight_snr_db),
               decibel(layer.output_snr_db));
    if (!layer.reason.empty()) fmt::print("    {}\n", layer.reason);
  }
  for (const std::string& warning : report.warnings) fmt::print("warning: {}\n", warning);
  const double ratio = static_cast<double>(report.float_bytes) /
                       static_cast<double>(std::max<uint64_t>(report.file_bytes, 1));
  fmt::print("{}: {}; weights as f32 {}, file {} ({:.2f} times smaller)\n",
             output.empty() ? "not written" : output, report.scheme, bytes_text(report.float_bytes),
             bytes_text(report.file_bytes), ratio);
}

void run_convert(Arguments& arguments) {
  if (arguments.list_ops) {
    for (const SupportedOnnxOp& op : supported_onnx_ops())
      fmt::print("{:<24} {}\n", op.op, op.note);
    return;
  }
  ConvertOptions& options = arguments.options;
  if (options.input.empty()) throw CLI::RequiredError("MODEL.onnx");
  if (options.output.empty() && arguments.report.empty())
    throw CLI::RequiredError("--output or --report");
  options.weights = parse_weight_type(arguments.weights);
  options.activations = parse_activation_type(arguments.activations);
  options.range = parse_range_method(arguments.range);
  options.winograd = parse_winograd_use(arguments.winograd);
  options.input_shapes = parse_shapes(arguments.shapes);
  options.bias_correction = !arguments.no_bias_correction;
  Progress progress;
  options.progress = [&](const std::string& stage, double done) { progress.show(stage, done); };
  const ConvertReport report = convert(options);
  progress.clear();
  if (!arguments.report.empty()) write_report_html(report, arguments.report);
  if (arguments.json) {
    fmt::print("{}\n", report_json(report));
  } else {
    print_report(report, options.output);
  }
}

}  // namespace

void add_convert(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("convert", "Compress an ONNX model into a .lnt file");
  command->footer(
      "Examples:\n"
      "  linnet convert net.onnx -o net.lnt --weights int4 --block 64\n"
      "  linnet convert net.onnx -o net.lnt --weights int8 --activations int8 --calibrate "
      "pictures/ --report net.html");
  ConvertOptions& options = arguments->options;
  command->add_option("model", options.input, "ONNX model, opset 7 to 22")->type_name("MODEL.onnx");
  command->add_option("-o,--output", options.output, "File to write")->type_name("MODEL.lnt");
  command->add_option("--weights", arguments->weights, "How weights are stored")
      ->check(CLI::IsMember({"f32", "f16", "int8", "int4"}))
      ->capture_default_str();
  command->add_option("--activations", arguments->activations, "int8 needs --calibrate")
      ->check(CLI::IsMember({"f32", "int8"}))
      ->capture_default_str();
  command->add_option("--block", options.block, "Values that share an int4 scale")
      ->check(CLI::IsMember({32, 64, 128}))
      ->capture_default_str();
  command
      ->add_option("--calibrate", options.calibration,
                   "Folder or file: pictures, .npy, .npz, raw f32")
      ->type_name("PATH");
  command->add_option("--samples", options.calibration_samples, "Most calibration samples to use")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--range", arguments->range, "How activation ranges are chosen")
      ->check(CLI::IsMember({"min_max", "moving_average", "percentile", "mse", "entropy"}))
      ->capture_default_str();
  command
      ->add_option("--percentile", options.percentile,
                   "Per cent of values kept by --range percentile")
      ->check(number_between(50, 100))
      ->capture_default_str();
  command
      ->add_option("--winograd", arguments->winograd,
                   "Winograd's method for f32 3x3 layers: faster, more bytes of weights")
      ->check(CLI::IsMember({"auto", "never", "always"}))
      ->capture_default_str();
  command->add_flag("--no-bias-correction", arguments->no_bias_correction,
                    "Leave biases alone (with --calibrate)");
  command->add_flag("--equalize", options.cross_layer_equalization,
                    "Cross-layer equalization before quantizing");
  command
      ->add_option("--recipe", options.recipe,
                   "JSON with options, picture scaling and overrides for layers")
      ->type_name("FILE.json");
  command->add_option("--input-shape", arguments->shapes, "NAME=1,3,224,224: fix free dimensions")
      ->allow_extra_args(false);
  command
      ->add_option("--report", arguments->report,
                   "Write a page with sizes and errors of every layer")
      ->type_name("FILE.html");
  command->add_option("--threads", options.threads, "Threads for calibration; 0: all cores")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", arguments->json, "Print the report as JSON");
  command->add_flag("--list-ops", arguments->list_ops, "List the ONNX ops that can be converted");
  command->callback([arguments] { run_convert(*arguments); });
}

}  // namespace linnet::tools
