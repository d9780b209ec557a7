#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tools/command.h"

namespace linnet::tools {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> inputs;
  std::string output_dir;
  RunOptions run;
  bool raw = false;
  bool json = false;
};

// An output's name as a file name: path separators would leave the folder.
std::string file_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '\\' || c == ':'; }, '_');
  return name.empty() || name[0] == '.' ? "_" + name : name;
}

// `name` if no output before had it, else with a number behind it.
std::string unused_name(const std::string& name, std::set<std::string>& used) {
  std::string candidate = name;
  for (int i = 1; !used.insert(candidate).second; ++i) candidate = fmt::format("{}_{}", name, i);
  return candidate;
}

void run_model(const Arguments& arguments, linnet_model* model) {
  const SessionPtr session = create_session(model, arguments.run.session_options());
  feed_inputs(model, session.get(), arguments.inputs, parse_shapes(arguments.run.shapes), false);
  check(linnet_session_run(session.get(), 0));
  if (!arguments.output_dir.empty()) std::filesystem::create_directories(arguments.output_dir);
  nlohmann::json json = nlohmann::json::array();
  std::set<std::string> used;
  for (int32_t i = 0; i < linnet_model_output_count(model); ++i) {
    linnet_tensor info;
    check(linnet_session_output(session.get(), i, &info));
    const Array array = output_array(session.get(), i, !arguments.raw);
    std::string path;
    if (!arguments.output_dir.empty()) {
      const std::string name = unused_name(file_name(info.name), used) + ".npy";
      path = (std::filesystem::path(arguments.output_dir) / name).string();
      write_npy(path, array);
    }
    json.push_back({{"name", info.name},
                    {"shape", array.shape},
                    {"dtype", linnet_dtype_name(array.dtype)},
                    {"file", path}});
    if (!arguments.json) {
      fmt::print("{}  {} {}{}{}\n", info.name, linnet_dtype_name(array.dtype), shape_text(info),
                 path.empty() ? "" : "  -> ", path);
    }
  }
  // A path need not be UTF-8.
  if (arguments.json)
    fmt::print("{}\n", json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void run_run(const Arguments& arguments) {
  const ModelPtr model = open_model(arguments.model);
  about_model(arguments.model, [&] { run_model(arguments, model.get()); });
}

}  // namespace

void add_run(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("run", "Run a model on values from files");
  command->footer("Example: linnet run net.lnt --input image=cat.npy --output-dir out/");
  command->add_option("model", arguments->model)->type_name("MODEL.lnt")->required();
  command
      ->add_option(
          "--input", arguments->inputs,
          "NAME=FILE (.npy, .npz, ONNX .pb, raw); NAME= may be left out for a single input")
      ->allow_extra_args(false);
  command->add_option("--output-dir", arguments->output_dir, "Folder for one .npy per output")
      ->type_name("DIR");
  command->add_flag("--raw", arguments->raw,
                    "Write quantized outputs as they are, not as real numbers");
  command->add_flag("--json", arguments->json, "Describe the outputs as JSON");
  arguments->run.add_to(*command);
  command->callback([arguments] { run_run(*arguments); });
}

}  // namespace linnet::tools
