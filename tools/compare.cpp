#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "converter/emit/emit_model.h"
#include "converter/error.h"
#include "converter/import/onnx/onnx_importer.h"
#include "converter/passes/passes.h"
#include "tools/command.h"

namespace linnet::tools {
namespace {

struct Arguments {
  std::string first, second;
  std::vector<std::string> inputs;
  RunOptions run;
  bool per_layer = false;
  bool json = false;
};

// How far b is from a, element by element.
struct Difference {
  std::string name;
  double max_error = 0, mean_error = 0;
  double cosine = 1;
  double snr_db = std::numeric_limits<double>::infinity();
  double top1 = std::numeric_limits<double>::quiet_NaN();  // share of rows (last axis) with the
                                                           // same largest index
};

using Values = std::map<std::string, std::vector<float>>;

// A model of either kind, loaded as the runtime sees it. ONNX files are imported as they are, float
// and unoptimized; with --per-layer optimized, so that their values have the names and the layout
// of converted models.
struct Loaded {
  std::optional<AlignedBytes> file;  // outlives model
  ModelPtr model;
  SessionPtr session;
  std::vector<std::string> order;  // of the values, as they were computed
  Values values;
  std::map<std::string, int32_t> last_axis;
};

Loaded load(const std::string& path, const Arguments& arguments) {
  Loaded loaded;
  if (path.ends_with(".onnx")) {
    OnnxImportOptions options;
    ir::Graph graph = import_onnx(path, options);
    if (arguments.per_layer) optimize(graph);
    loaded.file.emplace(emit_model(graph));
    linnet_model* model = nullptr;
    about_model(path, [&] {
      check(linnet_model_open_memory(loaded.file->data(), loaded.file->size(), nullptr, &model));
    });
    loaded.model.reset(model);
  } else {
    loaded.model = open_model(path);
  }
  linnet_session_options options = arguments.run.session_options();
  options.keep_all = arguments.per_layer ? 1 : 0;
  about_model(path, [&] { loaded.session = create_session(loaded.model.get(), options); });
  return loaded;
}

void keep(Loaded& loaded, const linnet_tensor& value) {
  if (value.data == nullptr) return;
  const bool real = value.dtype == LINNET_F32;
  const bool quantized = value.scale > 0 && (value.dtype == LINNET_S8 || value.dtype == LINNET_U8);
  if (!real && !quantized) return;
  std::vector<float>& values = loaded.values[value.name];
  values.resize(real ? value.size / sizeof(float) : value.size);
  for (size_t i = 0; i < values.size(); ++i) {
    if (real) {
      values[i] = static_cast<const float*>(value.data)[i];
    } else {
      const int32_t code = value.dtype == LINNET_S8 ? static_cast<const int8_t*>(value.data)[i]
                                                    : static_cast<const uint8_t*>(value.data)[i];
      values[i] = value.scale * static_cast<float>(code - value.zero_point);
    }
  }
  loaded.order.push_back(value.name);
  loaded.last_axis[value.name] = value.rank > 0 ? value.dims[value.rank - 1] : 1;
}

int observe(void* user, const linnet_step* step) {
  for (int32_t i = 0; i < step->output_count; ++i)
    keep(*static_cast<Loaded*>(user), step->outputs[i]);
  return 0;
}

void run(Loaded& loaded, const Arguments& arguments) {
  feed_inputs(loaded.model.get(), loaded.session.get(), arguments.inputs,
              parse_shapes(arguments.run.shapes), true);
  if (arguments.per_layer) linnet_session_set_observer(loaded.session.get(), observe, &loaded);
  check(linnet_session_run(loaded.session.get(), 0));
  if (arguments.per_layer) return;
  for (int32_t i = 0; i < linnet_model_output_count(loaded.model.get()); ++i) {
    linnet_tensor value;
    check(linnet_session_output(loaded.session.get(), i, &value));
    keep(loaded, value);
  }
}

double top1_agreement(const std::vector<float>& a, const std::vector<float>& b, size_t row) {
  if (row < 2) return std::numeric_limits<double>::quiet_NaN();
  size_t same = 0;
  const size_t rows = a.size() / row;
  for (size_t r = 0; r < rows; ++r) {
    const auto largest = [&](const std::vector<float>& v) {
      const auto begin = v.begin() + static_cast<std::ptrdiff_t>(r * row);
      return std::max_element(begin, begin + static_cast<std::ptrdiff_t>(row)) - begin;
    };
    same += largest(a) == largest(b);
  }
  return static_cast<double>(same) / static_cast<double>(std::max<size_t>(rows, 1));
}

Difference differ(const std::string& name, const std::vector<float>& a, const std::vector<float>& b,
                  size_t row) {
  Difference d;
  d.name = name;
  double signal = 0, noise = 0, other = 0, product = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]);
    const double y = static_cast<double>(b[i]);
    const double error = x == y ? 0 : std::fabs(x - y);
    d.max_error = std::max(d.max_error, error);
    d.mean_error += error / static_cast<double>(a.size());
    signal += x * x;
    other += y * y;
    noise += error * error;
    product += x * y;
  }
  if (signal > 0 && other > 0) d.cosine = product / std::sqrt(signal * other);
  if (noise > 0) d.snr_db = 10 * std::log10(signal / noise);
  d.top1 = top1_agreement(a, b, row);
  return d;
}

std::vector<Difference> compare(const Loaded& a, const Loaded& b) {
  std::vector<Difference> differences;
  for (const std::string& name : a.order) {
    const auto other = b.values.find(name);
    if (other == b.values.end() || other->second.size() != a.values.at(name).size()) continue;
    differences.push_back(
        differ(name, a.values.at(name), other->second, static_cast<size_t>(a.last_axis.at(name))));
  }
  return differences;
}

// Outputs are compared by position when the names differ.
std::vector<Difference> compare_outputs(const Loaded& a, const Loaded& b) {
  if (a.order.size() != b.order.size()) {
    throw ConvertError(fmt::format("the models have {} and {} real-valued outputs", a.order.size(),
                                   b.order.size()));
  }
  std::vector<Difference> differences;
  for (size_t i = 0; i < a.order.size(); ++i) {
    const std::vector<float>& x = a.values.at(a.order[i]);
    const std::vector<float>& y = b.values.at(b.order[i]);
    if (x.size() != y.size()) {
      throw ConvertError(fmt::format("output '{}' has {} elements in one model and {} in the other",
                                     a.order[i], x.size(), y.size()));
    }
    differences.push_back(
        differ(a.order[i], x, y, static_cast<size_t>(a.last_axis.at(a.order[i]))));
  }
  return differences;
}

void print_text(const std::vector<Difference>& differences) {
  fmt::print("{:<44} {:>11} {:>11} {:>10} {:>8} {:>7}\n", "value", "max error", "mean error",
             "cosine", "SNR dB", "top-1");
  for (const Difference& d : differences) {
    fmt::print("{:<44.44} {:>11.4g} {:>11.4g} {:>10.6f} {:>8} {:>7}\n", d.name, d.max_error,
               d.mean_error, d.cosine,
               std::isinf(d.snr_db) ? "equal" : fmt::format("{:.1f}", d.snr_db),
               std::isnan(d.top1) ? "" : fmt::format("{:.1f} %", 100 * d.top1));
  }
}

// The value where the signal-to-noise ratio falls most from one row to the next.
void print_parting(const std::vector<Difference>& differences) {
  double fall = 0;
  const Difference* at = nullptr;
  for (size_t i = 1; i < differences.size(); ++i) {
    const double before = std::min(differences[i - 1].snr_db, 100.0);
    const double lost = before - std::min(differences[i].snr_db, 100.0);
    if (lost > fall) {
      fall = lost;
      at = &differences[i];
    }
  }
  if (at != nullptr)
    fmt::print("\nthe models part most at '{}': {:.1f} dB less than the value before it\n",
               at->name, fall);
}

void print_json(const std::vector<Difference>& differences) {
  nlohmann::json json = nlohmann::json::array();
  for (const Difference& d : differences) {
    nlohmann::json row = {{"name", d.name},
                          {"max_error", d.max_error},
                          {"mean_error", d.mean_error},
                          {"cosine", d.cosine}};
    row["snr_db"] = std::isinf(d.snr_db) ? nlohmann::json("equal") : nlohmann::json(d.snr_db);
    if (!std::isnan(d.top1)) row["top1"] = d.top1;
    json.push_back(std::move(row));
  }
  fmt::print("{}\n", json.dump(1));
}

void run_compare(const Arguments& arguments) {
  Loaded a = load(arguments.first, arguments);
  Loaded b = load(arguments.second, arguments);
  about_model(arguments.first, [&] { run(a, arguments); });
  about_model(arguments.second, [&] { run(b, arguments); });
  const std::vector<Difference> differences =
      arguments.per_layer ? compare(a, b) : compare_outputs(a, b);
  if (arguments.json) {
    print_json(differences);
    return;
  }
  print_text(differences);
  if (arguments.per_layer) print_parting(differences);
}

}  // namespace

void add_compare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "compare", "Run two models on the same input and measure how far they part");
  command->footer(
      "Examples:\n"
      "  linnet compare net.onnx net.lnt --input image=cat.npy\n"
      "  linnet compare float.lnt int8.lnt --input cat.npy --per-layer");
  command->add_option("first", arguments->first, ".onnx or .lnt; the reference")->required();
  command->add_option("second", arguments->second, ".onnx or .lnt")->required();
  command
      ->add_option("--input", arguments->inputs,
                   "NAME=FILE; inputs without one get fixed random values")
      ->allow_extra_args(false);
  command->add_flag("--per-layer", arguments->per_layer,
                    "Compare every value that both models compute under the same name");
  command->add_flag("--json", arguments->json, "Print the table as JSON");
  arguments->run.add_to(*command);
  command->callback([arguments] { run_compare(*arguments); });
}

}  // namespace linnet::tools
