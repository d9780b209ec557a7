#include "converter/calibrate/graph_runner.h"

#include <fmt/format.h>

#include "converter/error.h"

namespace linnet {
namespace {

void check(linnet_status status, const char* what) {
  if (status != LINNET_OK) throw ConvertError(fmt::format("{}: {}", what, linnet_last_error()));
}

int call_observer(void* user, const linnet_step* step) {
  const auto& observer = *static_cast<const GraphRunner::Observer*>(user);
  for (int32_t i = 0; i < step->output_count; ++i) observer(step->outputs[i]);
  return 0;
}

}  // namespace

GraphRunner::GraphRunner(const ir::Graph& graph, int threads) : file_(emit_model(graph)) {
  check(linnet_model_open_memory(file_.data(), file_.size(), nullptr, &model_),
        "the converted graph does not load");
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = threads;
  options.keep_all = 1;
  options.xnnpack = 0;
  const linnet_status status = linnet_session_create(model_, &options, &session_);
  if (status != LINNET_OK) {
    linnet_model_close(model_);
    check(status, "the converted graph cannot be planned");
  }
}

GraphRunner::~GraphRunner() {
  linnet_session_close(session_);
  linnet_model_close(model_);
}

void GraphRunner::run(const std::map<std::string, Array>& inputs, const Observer& observer) {
  const int32_t count = linnet_model_input_count(model_);
  for (int32_t i = 0; i < count; ++i) {
    linnet_tensor info;
    check(linnet_model_input(model_, i, &info), "input");
    const auto found = inputs.find(info.name);
    if (found == inputs.end())
      throw ConvertError(fmt::format("no value for the model's input '{}'", info.name));
    const Array& array = found->second;
    check(linnet_session_set_input_shape(session_, i, array.shape.data(),
                                         static_cast<int32_t>(array.shape.size())),
          "input shape");
  }
  check(linnet_session_plan(session_), "plan");
  for (int32_t i = 0; i < count; ++i) {
    linnet_tensor info;
    check(linnet_model_input(model_, i, &info), "input");
    const Array array = convert_array(inputs.at(info.name), info.dtype);
    check(linnet_session_write(session_, i, array.bytes.data(), array.bytes.size()), "input");
  }
  linnet_session_set_observer(session_, observer ? call_observer : nullptr,
                              const_cast<void*>(static_cast<const void*>(&observer)));
  check(linnet_session_run(session_, 0), "run");
  linnet_session_set_observer(session_, nullptr, nullptr);
}

std::map<std::string, Array> GraphRunner::outputs() const {
  std::map<std::string, Array> result;
  for (int32_t i = 0; i < linnet_model_output_count(model_); ++i) {
    linnet_tensor info;
    check(linnet_session_output(session_, i, &info), "output");
    Array array{info.dtype, {info.dims, info.dims + info.rank}, {}};
    array.bytes.resize(info.size);
    check(linnet_session_read(session_, i, array.bytes.data(), array.bytes.size()), "output");
    result.emplace(info.name, std::move(array));
  }
  return result;
}

std::map<std::string, InputType> GraphRunner::input_types(const ir::Graph& graph) {
  std::map<std::string, InputType> types;
  for (int id : graph.inputs) {
    const ir::Tensor& input = graph.tensor(id);
    types[input.name] = {static_cast<linnet_dtype>(input.dtype), input.shape};
  }
  return types;
}

}  // namespace linnet
