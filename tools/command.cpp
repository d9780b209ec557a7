#include "tools/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <random>

#include "converter/error.h"
#include "converter/io/file.h"

namespace linnet::tools {

ModelPtr open_model(const std::string& path) {
  linnet_model* model = nullptr;
  check(linnet_model_open(path.c_str(), nullptr, &model));
  return ModelPtr(model);
}

SessionPtr create_session(linnet_model* model, const linnet_session_options& options) {
  linnet_session* session = nullptr;
  check(linnet_session_create(model, &options, &session));
  return SessionPtr(session);
}

CLI::Validator number_between(double low, double high) {
  return {[=](const std::string& text) -> std::string {
            double value = 0;
            const bool number = CLI::detail::lexical_cast(text, value);
            if (number && value >= low && value <= high) return "";
            return fmt::format("{} is no number from {} to {}", text, low, high);
          },
          fmt::format("{}-{}", low, high)};
}

void RunOptions::add_to(CLI::App& command) {
  command.add_option("--threads", threads, "Threads; 0: one per fast core")
      ->check(CLI::NonNegativeNumber);
  command.add_option(
      "--isa", isa,
      "Richest instruction set to use: scalar, avx2, avx512vnni, neon, neondot, i8mm");
  command
      .add_option("--xnnpack", xnnpack,
                  "XNNPACK for steps in float: auto (where it is faster), never, always")
      ->check(CLI::IsMember({"auto", "never", "always"}));
  command.add_option("--input-shape", shapes, "NAME=1,3,224,224 for inputs with free dimensions")
      ->allow_extra_args(false);
}

linnet_session_options RunOptions::session_options() const {
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = threads;
  options.isa = isa.empty() ? nullptr : isa.c_str();
  options.xnnpack = xnnpack == "never" ? 0 : xnnpack == "always" ? 2 : 1;
  return options;
}

std::pair<std::string, std::string> split_assignment(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::map<std::string, std::vector<int32_t>> parse_shapes(
    const std::vector<std::string>& assignments) {
  std::map<std::string, std::vector<int32_t>> shapes;
  for (const std::string& assignment : assignments) {
    const auto [name, list] = split_assignment(assignment);
    std::vector<int32_t> dims;
    const char* at = list.data();
    const char* end = at + list.size();
    while (at < end) {
      int32_t d = 0;
      const auto [next, error] = std::from_chars(at, end, d);
      if (error != std::errc() || d < 0 || (next != end && *next != ',' && *next != 'x')) {
        throw CLI::ValidationError("--input-shape", "'" + assignment + "' is no NAME=1,3,224,224");
      }
      dims.push_back(d);
      at = next == end ? end : next + 1;
    }
    if (dims.size() > LINNET_MAX_RANK) {
      throw CLI::ValidationError("--input-shape",
                                 fmt::format("'{}' has more than {} dimensions", assignment,
                                             static_cast<int>(LINNET_MAX_RANK)));
    }
    shapes[name] = std::move(dims);
  }
  return shapes;
}

int32_t find_input(const linnet_model* model, const std::string& name) {
  std::string known;
  const int32_t count = linnet_model_input_count(model);
  for (int32_t i = 0; i < count; ++i) {
    linnet_tensor info;
    check(linnet_model_input(model, i, &info));
    if (name == info.name || (name.empty() && count == 1)) return i;
    known += fmt::format("{}'{}'", known.empty() ? "" : ", ", info.name);
  }
  throw ConvertError(fmt::format("the model has no input '{}'; its inputs are {}", name, known));
}

namespace {

// The shape to run with: `wanted` where given, else the model's with free dimensions 1.
std::vector<int32_t> concrete_shape(const linnet_tensor& info,
                                    const std::map<std::string, std::vector<int32_t>>& shapes) {
  for (const std::string& key : {std::string(info.name), std::string()}) {
    if (const auto found = shapes.find(key); found != shapes.end()) return found->second;
  }
  std::vector<int32_t> shape(info.dims, info.dims + info.rank);
  for (int32_t& d : shape) d = d < 0 ? 1 : d;
  return shape;
}

// For an input of a planned session: its size is known to fit.
Array random_array(const linnet_tensor& info) {
  Array array{info.dtype, {info.dims, info.dims + info.rank}, {}};
  array.bytes.resize(info.size);
  std::minstd_rand random(1);
  for (size_t i = 0; i < array.elements(); ++i) {
    const uint32_t bits = static_cast<uint32_t>(random());
    switch (info.dtype) {
      case LINNET_F32:
        array.data<float>()[i] = static_cast<float>(bits % 65536) / 32768.0f - 1.0f;
        break;
      case LINNET_S32:
        array.data<int32_t>()[i] = 0;
        break;
      case LINNET_BOOL:
        array.data<uint8_t>()[i] = bits >> 8 & 1;
        break;
      default:
        array.data<uint8_t>()[i] = static_cast<uint8_t>(bits >> 8);
    }
  }
  return array;
}

}  // namespace

Array read_input(const std::string& source, const linnet_tensor& info) {
  if (source.ends_with(".pb")) return read_onnx_tensor(source);
  if (source.ends_with(".npy")) return read_npy(source);
  if (source.ends_with(".npz")) {
    std::map<std::string, Array> members = read_npz(source);
    const auto found = members.size() == 1 ? members.begin() : members.find(info.name);
    if (found == members.end())
      throw ConvertError(fmt::format("'{}' has no member '{}'", source, info.name));
    return std::move(found->second);
  }
  const std::vector<int32_t> shape(info.dims, info.dims + info.rank);
  for (int32_t d : shape) {
    if (d < 0)
      throw ConvertError(
          fmt::format("'{}': raw values need fixed dimensions; add --input-shape", source));
  }
  return read_raw(source, info.dtype, shape);
}

void plan_inputs(linnet_model* model, linnet_session* session,
                 const std::map<int32_t, Array>& values,
                 const std::map<std::string, std::vector<int32_t>>& shapes) {
  for (const auto& [name, shape] : shapes) find_input(model, name);
  for (int32_t i = 0; i < linnet_model_input_count(model); ++i) {
    linnet_tensor info;
    check(linnet_model_input(model, i, &info));
    const auto value = values.find(i);
    const std::vector<int32_t> shape =
        value != values.end() ? value->second.shape : concrete_shape(info, shapes);
    check(linnet_session_set_input_shape(session, i, shape.data(),
                                         static_cast<int32_t>(shape.size())));
  }
  check(linnet_session_plan(session));
}

void feed_inputs(linnet_model* model, linnet_session* session,
                 const std::vector<std::string>& assignments,
                 const std::map<std::string, std::vector<int32_t>>& shapes, bool fill_missing) {
  std::map<int32_t, Array> values;
  for (const std::string& assignment : assignments) {
    const auto [name, source] = split_assignment(assignment);
    const int32_t i = find_input(model, name);
    linnet_tensor info;
    check(linnet_model_input(model, i, &info));
    const std::vector<int32_t> shape = concrete_shape(info, shapes);
    std::copy(shape.begin(), shape.end(), info.dims);
    info.rank = static_cast<int32_t>(shape.size());
    values[i] = convert_array(read_input(source, info), info.dtype);
  }
  for (int32_t i = 0; i < linnet_model_input_count(model) && !fill_missing; ++i) {
    linnet_tensor info;
    check(linnet_model_input(model, i, &info));
    if (!values.contains(i))
      throw ConvertError(
          fmt::format("no value for input '{}': --input {}=FILE.npy", info.name, info.name));
  }
  plan_inputs(model, session, values, shapes);
  for (int32_t i = 0; i < linnet_model_input_count(model); ++i) {
    linnet_tensor info;
    check(linnet_session_input(session, i, &info));
    const auto value = values.find(i);
    const Array array = value != values.end() ? std::move(value->second) : random_array(info);
    check(linnet_session_write(session, i, array.bytes.data(), array.bytes.size()));
  }
}

Array output_array(linnet_session* session, int32_t i, bool dequantize) {
  linnet_tensor info;
  check(linnet_session_output(session, i, &info));
  Array array{info.dtype, {info.dims, info.dims + info.rank}, {}};
  array.bytes.resize(info.size);
  check(linnet_session_read(session, i, array.bytes.data(), array.bytes.size()));
  if (!dequantize || info.scale == 0) return array;
  Array real = convert_array(array, LINNET_F32);
  for (size_t e = 0; e < real.elements(); ++e) {
    real.data<float>()[e] =
        info.scale * (real.data<float>()[e] - static_cast<float>(info.zero_point));
  }
  return real;
}

std::string shape_text(const linnet_tensor& tensor) {
  std::string text;
  for (int32_t i = 0; i < tensor.rank; ++i) {
    text += (i == 0 ? "" : "x") +
            (tensor.dims[i] < 0 ? std::string("?") : std::to_string(tensor.dims[i]));
  }
  return text.empty() ? "scalar" : text;
}

std::string bytes_text(uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} KB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.2f} MB", static_cast<double>(bytes) / 1e6);
}

void Progress::show(const std::string& stage, double done) {
  if (isatty(STDERR_FILENO) == 0) return;
  const int width = 30;
  const int filled = static_cast<int>(done * width);
  fmt::print(stderr, "\r{:<10} [{:#<{}}{:.<{}}] {:3.0f} %", stage, "", filled, "", width - filled,
             done * 100);
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (shown_) fmt::print(stderr, "\r{:60}\r", "");
  shown_ = false;
}

}  // namespace linnet::tools
