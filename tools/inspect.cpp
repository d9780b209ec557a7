#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "converter/io/file.h"
#include "converter/io/model_file.h"
#include "tools/command.h"

namespace linnet::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  std::string netron;
  RunOptions run;
  bool json = false;
};

// The planned steps on this machine, or why there are none.
struct Steps {
  std::vector<linnet_step> steps;
  linnet_memory memory{};
  std::string obstacle;
};

Steps plan_steps(linnet_model* model, linnet_session* session, const Arguments& arguments) {
  Steps result;
  try {
    plan_inputs(model, session, {}, parse_shapes(arguments.run.shapes));
  } catch (const RuntimeError& error) {
    result.obstacle = error.what();
    return result;
  }
  for (int32_t i = 0; i < linnet_session_step_count(session); ++i) {
    linnet_step step;
    check(linnet_session_step(session, i, &step));
    result.steps.push_back(step);
  }
  check(linnet_session_memory(session, &result.memory));
  return result;
}

Json shape_json(const linnet_tensor& tensor) {
  return std::vector<int32_t>(tensor.dims, tensor.dims + tensor.rank);
}

std::map<std::string, uint64_t> bytes_by_scheme(const ModelFile& file) {
  std::map<std::string, uint64_t> bytes;
  for (const FileTensor& tensor : file.tensors) {
    if (tensor.constant) bytes[tensor.scheme] += tensor.size;
  }
  return bytes;
}

Json to_json(const ModelFile& file, const Steps& steps) {
  Json json;
  json["producer"] = file.producer;
  json["version"] = file.version;
  json["file_bytes"] = file.file_size;
  json["metadata"] = file.metadata;
  json["bytes_by_scheme"] = bytes_by_scheme(file);
  json["tensors"] = Json::array();
  for (const FileTensor& tensor : file.tensors) {
    Json row = {{"name", tensor.name}, {"dtype", tensor.dtype}, {"shape", tensor.shape}};
    if (tensor.constant) row.update({{"scheme", tensor.scheme}, {"bytes", tensor.size}});
    if (!tensor.scale.empty())
      row.update(
          {{"scale", tensor.scale}, {"zero_point", tensor.zero_point}, {"axis", tensor.axis}});
    json["tensors"].push_back(std::move(row));
  }
  json["nodes"] = Json::array();
  for (const FileNode& node : file.nodes) {
    json["nodes"].push_back({{"op", node.op},
                             {"name", node.name},
                             {"inputs", node.inputs},
                             {"outputs", node.outputs},
                             {"options", Json::parse(node.options)}});
  }
  if (!steps.obstacle.empty()) {
    json["plan_error"] = steps.obstacle;
    return json;
  }
  json["memory"] = {{"arena", steps.memory.arena},
                    {"without_reuse", steps.memory.without_reuse},
                    {"prepared", steps.memory.prepared},
                    {"shared", steps.memory.shared},
                    {"weights", steps.memory.weights}};
  json["steps"] = Json::array();
  for (const linnet_step& step : steps.steps) {
    Json outputs = Json::array();
    for (int32_t o = 0; o < step.output_count; ++o) outputs.push_back(shape_json(step.outputs[o]));
    json["steps"].push_back({{"op", step.op},
                             {"node", step.node},
                             {"kernel", step.kernel},
                             {"reason", step.reason},
                             {"macs", step.macs},
                             {"outputs", outputs}});
  }
  return json;
}

void print_text(const Arguments& arguments, const ModelFile& file, const Steps& steps) {
  fmt::print("{}: {}, made by {}\n", arguments.model, bytes_text(file.file_size), file.producer);
  for (const auto& [key, value] : file.metadata) fmt::print("  {} = {}\n", key, value);
  for (const int id : file.inputs)
    fmt::print("  input   {}\n", describe(file.tensors[static_cast<size_t>(id)]));
  for (const int id : file.outputs)
    fmt::print("  output  {}\n", describe(file.tensors[static_cast<size_t>(id)]));
  fmt::print("  constants:");
  for (const auto& [scheme, bytes] : bytes_by_scheme(file))
    fmt::print("  {} {}", scheme, bytes_text(bytes));
  fmt::print("\n\n");
  if (!steps.obstacle.empty()) {
    fmt::print("not planned: {}\n", steps.obstacle);
    return;
  }
  fmt::print(
      "plan on this machine ({}): arena {}, {} without reuse; prepared {}, shared by sessions {}; "
      "weights {} from the file\n",
      linnet_cpu_isa(), bytes_text(steps.memory.arena), bytes_text(steps.memory.without_reuse),
      bytes_text(steps.memory.prepared), bytes_text(steps.memory.shared),
      bytes_text(steps.memory.weights));
  fmt::print("{:>4} {:<18} {:<34} {:<18} {:>9}  {}\n", "step", "op", "node", "output", "MMAC",
             "kernel");
  for (const linnet_step& step : steps.steps) {
    fmt::print("{:>4} {:<18} {:<34.34} {:<18} {:>9}  {}{}\n", step.index, step.op, step.node,
               step.output_count > 0 ? shape_text(step.outputs[0]) : "",
               step.macs != 0 ? fmt::format("{:.2f}", static_cast<double>(step.macs) / 1e6) : "",
               step.kernel, *step.reason != '\0' ? fmt::format(" ({})", step.reason) : "");
  }
}

// Netron's own JSON form: the key "signature" comes first and names the format.
Json to_netron(const ModelFile& file) {
  const auto category = [](const std::string& op) {
    if (op.find("conv") != std::string::npos || op == "fully_connected" || op == "batch_matmul")
      return "Layer";
    if (op.find("pool") != std::string::npos) return "Pool";
    if (op == "clip" || op == "softmax" || op == "sigmoid" || op == "hard_swish" || op == "silu" ||
        op == "tanh")
      return "Activation";
    if (op.find("quantize") != std::string::npos) return "Quantization";
    if (op == "concat" || op == "split" || op == "slice") return "Tensor";
    if (op == "reshape" || op == "transpose" || op == "squeeze" || op == "unsqueeze")
      return "Shape";
    return "";
  };
  Json values = Json::array();
  for (const FileTensor& tensor : file.tensors) {
    Json type = {{"dataType", tensor.dtype}, {"shape", {{"dimensions", tensor.shape}}}};
    Json value = {{"name", tensor.name}, {"type", type}};
    if (tensor.constant) value["initializer"] = {{"type", type}};
    values.push_back(std::move(value));
  }
  const auto arguments = [](const std::vector<int>& ids, const char* prefix) {
    Json list = Json::array();
    for (size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] >= 0)
        list.push_back({{"name", fmt::format("{}{}", prefix, i)}, {"value", {ids[i]}}});
    }
    return list;
  };
  Json nodes = Json::array();
  for (const FileNode& node : file.nodes) {
    Json attributes = Json::array();
    const Json options = Json::parse(node.options);
    for (const auto& [key, value] : options.items()) {
      attributes.push_back({{"name", key},
                            {"value", value.is_string() ? value.get<std::string>() : value.dump()},
                            {"type", "string"}});
    }
    nodes.push_back({{"name", node.name},
                     {"type", {{"name", node.op}, {"category", category(node.op)}}},
                     {"inputs", arguments(node.inputs, "input")},
                     {"outputs", arguments(node.outputs, "output")},
                     {"attributes", attributes}});
  }
  Json metadata = Json::array();
  for (const auto& [key, value] : file.metadata)
    metadata.push_back({{"name", key}, {"value", value}});
  Json json;
  json["signature"] = "netron:linnet";
  json["format"] = "Linnet";
  json["producer"] = file.producer;
  json["version"] = std::to_string(file.version);
  json["metadata"] = metadata;
  json["modules"] = Json::array({{{"name", file.graph_name},
                                  {"values", values},
                                  {"inputs", arguments(file.inputs, "input")},
                                  {"outputs", arguments(file.outputs, "output")},
                                  {"nodes", nodes}}});
  return json;
}

void run_inspect(const Arguments& arguments) {
  // The runtime verifies the file; only then is it read for display.
  const ModelPtr model = open_model(arguments.model);
  const ModelFile file = read_model_file(arguments.model);
  if (!arguments.netron.empty()) {
    const std::string text = to_netron(file).dump(1);
    write_file(arguments.netron, text.data(), text.size());
  }
  SessionPtr session;
  Steps steps;
  about_model(arguments.model, [&] {
    session = create_session(model.get(), arguments.run.session_options());
    steps = plan_steps(model.get(), session.get(), arguments);
  });
  if (arguments.json) {
    fmt::print("{}\n", to_json(file, steps).dump(1));
  } else {
    print_text(arguments, file, steps);
  }
}

}  // namespace

void add_inspect(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("inspect", "Show a model's ops, tensors, sizes, memory plan and kernels");
  command->footer("Example: linnet inspect net.lnt --input-shape x=1,3,224,224 --netron net.json");
  command->add_option("model", arguments->model)->type_name("MODEL.lnt")->required();
  command->add_option("--netron", arguments->netron, "Write the graph for the viewer Netron")
      ->type_name("FILE.json");
  command->add_flag("--json", arguments->json, "Print everything as JSON");
  arguments->run.add_to(*command);
  command->callback([arguments] { run_inspect(*arguments); });
}

}  // namespace linnet::tools
