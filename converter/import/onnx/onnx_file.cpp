#include "converter/import/onnx/onnx_file.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <filesystem>

#include "converter/error.h"
#include "converter/import/onnx/onnx_data.h"
#include "converter/import/onnx/onnx_text.h"
#include "platforms/platform.h"

namespace linnet::onnx_import {

namespace {

ir::Bytes map_whole_file(const std::string& path) {
  struct Mapping {
    platform::FileMapping file;
    ~Mapping() { platform::unmap_file(file); }
  };
  auto mapping = std::make_shared<Mapping>();
  if (const int error = platform::map_file(path.c_str(), &mapping->file)) {
    char text[256];
    throw ConvertError(
        fmt::format("cannot open '{}': {}", path, platform::error_text(error, text, sizeof text)));
  }
  const std::byte* data = mapping->file.data;
  const size_t size = mapping->file.size;
  return ir::Bytes::view(data, size, std::move(mapping));
}

std::shared_ptr<onnx::ModelProto> parse(const std::string& path) {
  const ir::Bytes bytes = map_whole_file(path);
  if (bytes.size() == 0) throw ConvertError(fmt::format("'{}' is empty", path));
  if (bytes.size() > INT32_MAX) {
    throw ConvertError(fmt::format(
        "'{}' has {} bytes, more than protobuf's limit of 2 GiB; save it with external data", path,
        bytes.size()));
  }
  auto model = std::make_shared<onnx::ModelProto>();
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  if (!model->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    throw ConvertError(
        fmt::format("'{}' is not an ONNX model, or is cut short: protobuf stops at byte {} of {}",
                    path, stream.CurrentPosition(), bytes.size()));
  }
  if (!model->has_graph())
    throw ConvertError(fmt::format("'{}' is not an ONNX model: it has no graph", path));
  return model;
}

// The reason without ONNX's own file and line prefix.
std::string reason(const std::exception& error) {
  std::string text = error.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

OnnxFile::OnnxFile(const std::string& path,
                   const std::map<std::string, std::vector<int32_t>>& input_shapes)
    : path_(path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  folder_ = parent.empty() ? "." : parent.string();
  model_ = parse(path);
  check();
  override_shapes(input_shapes);
  try {
    // Without data propagation: it makes an object for each value of a list, so that an input of
    // 2^31 values takes all memory. Computed shapes are found by the graph's own rules and passes.
    onnx::shape_inference::InferShapes(*model_, onnx::OpSchemaRegistry::Instance(),
                                       onnx::ShapeInferenceOptions(false, 0, false));
  } catch (const std::exception& error) {
    throw ConvertError(fmt::format("'{}': shapes contradict each other: {}", path_, reason(error)));
  }
}

void OnnxFile::check() {
  for (const auto& import : model_->opset_import()) {
    if (import.domain().empty() || import.domain() == "ai.onnx")
      opset_ = static_cast<int>(import.version());
  }
  if (opset_ < 7 || opset_ > 22) {
    throw UnsupportedError(fmt::format(
        "'{}' uses operator set {}; Linnet reads 7 to 22: export the model with one of these",
        path_, opset_));
  }
  if (model_->graph().output_size() == 0)
    throw ConvertError(fmt::format("'{}' has no outputs", path_));
  if (model_->functions_size() > 0) {
    throw UnsupportedError(
        fmt::format("'{}' defines its own functions ({}); inline them first (onnx.inliner)", path_,
                    model_->functions(0).name()));
  }
  if (auto problems = text_problems(*model_); !problems.empty()) {
    throw ConvertError(fmt::format("'{}' has names that a model file cannot hold", path_),
                       std::move(problems));
  }
  // The checker wants a shape for every input and output. Outputs do well without; for inputs the
  // importer says which one lacks it.
  std::vector<onnx::TypeProto_Tensor*> shapeless;
  const auto complete = [&](auto* infos) {
    for (auto& info : *infos) {
      if (!info.type().has_tensor_type() || info.type().tensor_type().has_shape()) continue;
      shapeless.push_back(info.mutable_type()->mutable_tensor_type());
      shapeless.back()->mutable_shape();
    }
  };
  complete(model_->mutable_graph()->mutable_input());
  complete(model_->mutable_graph()->mutable_output());
  try {
    onnx::checker::CheckerContext context;
    context.set_ir_version(static_cast<int>(model_->ir_version()));
    std::unordered_map<std::string, int> imports;
    for (const auto& import : model_->opset_import()) {
      imports[import.domain()] = static_cast<int>(import.version());
    }
    if (imports.count("ai.onnx") && !imports.count("")) imports[""] = opset_;
    context.set_opset_imports(imports);
    context.set_model_dir(folder_);
    onnx::checker::check_graph(model_->graph(), context, onnx::checker::LexicalScopeContext());
  } catch (const std::exception& error) {
    throw ConvertError(fmt::format("'{}' is not a valid ONNX model: {}", path_, reason(error)));
  }
  for (auto* type : shapeless) type->clear_shape();
}

void OnnxFile::override_shapes(const std::map<std::string, std::vector<int32_t>>& input_shapes) {
  if (input_shapes.empty()) return;
  onnx::GraphProto& graph = *model_->mutable_graph();
  for (const auto& [name, dims] : input_shapes) {
    const auto input =
        std::find_if(graph.mutable_input()->begin(), graph.mutable_input()->end(),
                     [&name = name](const auto& info) { return info.name() == name; });
    if (input == graph.mutable_input()->end()) {
      throw ConvertError(
          fmt::format("'{}' has no input '{}' whose shape could be set", path_, name));
    }
    auto* shape = input->mutable_type()->mutable_tensor_type()->mutable_shape();
    if (shape->dim_size() != 0 && shape->dim_size() != static_cast<int>(dims.size())) {
      throw ConvertError(fmt::format("input '{}' has {} dimensions, {} were given", name,
                                     shape->dim_size(), dims.size()));
    }
    for (int i = 0; i < shape->dim_size(); ++i) {
      const auto& dim = shape->dim(i);
      if (dim.has_dim_value() && dim.dim_value() > 0 &&
          dim.dim_value() != dims[static_cast<size_t>(i)]) {
        throw ConvertError(fmt::format("input '{}' fixes dimension {} to {}, {} was given", name, i,
                                       dim.dim_value(), dims[static_cast<size_t>(i)]));
      }
    }
    shape->clear_dim();
    for (int32_t d : dims) {
      auto* dim = shape->add_dim();
      if (d >= 0) dim->set_dim_value(d);
    }
  }
  // Sizes behind the inputs are inferred anew.
  graph.clear_value_info();
  for (auto& output : *graph.mutable_output()) {
    for (auto& dim : *output.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim())
      dim.clear_dim_value();
  }
}

ir::Tensor OnnxFile::constant(const onnx::TensorProto& proto, const std::string& name) {
  ir::Tensor tensor;
  tensor.name = name;
  tensor.constant = true;
  tensor.dtype = graph_dtype(proto.data_type(), fmt::format("constant '{}'", name));
  size_t count = 1;
  for (int64_t d : proto.dims()) {
    if (d < 0 || d > INT32_MAX || (d != 0 && count > (size_t{1} << 40) / static_cast<size_t>(d))) {
      throw ConvertError(fmt::format("'{}': constant '{}' has a dimension of {}", path_, name, d));
    }
    count *= static_cast<size_t>(d);
    tensor.shape.push_back(static_cast<int32_t>(d));
  }
  const size_t stored = stored_size(proto.data_type(), count);
  const bool external = proto.data_location() == onnx::TensorProto::EXTERNAL;
  if (external || proto.has_raw_data()) {
    const ir::Bytes raw = external ? external_bytes(proto, stored) : raw_bytes(proto, stored);
    tensor.bytes = from_stored(proto.data_type(), raw, count);
    return tensor;
  }
  if (!from_fields(proto, count, &tensor.bytes)) {
    throw ConvertError(
        fmt::format("'{}': constant '{}' holds less data than its shape needs", path_, name));
  }
  return tensor;
}

ir::Bytes OnnxFile::raw_bytes(const onnx::TensorProto& proto, size_t size) {
  const std::string& raw = proto.raw_data();
  if (raw.size() != size) {
    throw ConvertError(fmt::format("'{}': constant '{}' holds {} bytes, its shape needs {}", path_,
                                   proto.name(), raw.size(), size));
  }
  return ir::Bytes::view(raw.data(), size, model_);
}

ir::Bytes OnnxFile::external_bytes(const onnx::TensorProto& proto, size_t size) {
  std::string location;
  uint64_t offset = 0, length = size;
  const auto number = [&](const std::string& key, const std::string& value) {
    uint64_t result = 0;
    for (char c : value) {
      if (c < '0' || c > '9' || result > UINT64_MAX / 16) {
        throw ConvertError(
            fmt::format("'{}': constant '{}' has {} '{}'", path_, proto.name(), key, value));
      }
      result = result * 10 + static_cast<uint64_t>(c - '0');
    }
    return result;
  };
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = number("offset", entry.value());
    if (entry.key() == "length") length = number("length", entry.value());
  }
  auto found = mapped_.find(location);
  if (found == mapped_.end()) {
    std::filesystem::path file;
    try {
      // Refuses absolute paths, "..", links and anything that resolves outside the model's folder.
      file = onnx::checker::resolve_external_data_location(folder_, location, proto.name());
    } catch (const std::exception& error) {
      throw ConvertError(fmt::format("'{}': external data of constant '{}': {}", path_,
                                     proto.name(), reason(error)));
    }
    found = mapped_.emplace(location, map_whole_file(file.string())).first;
  }
  const ir::Bytes& file = found->second;
  if (length != size || offset > file.size() || file.size() - offset < size) {
    throw ConvertError(fmt::format(
        "'{}': constant '{}' needs {} bytes; the file says {} at offset {} of '{}', which has {}",
        path_, proto.name(), size, length, offset, location, file.size()));
  }
  return ir::Bytes::view(file.data() + offset, size, std::make_shared<ir::Bytes>(file));
}

}  // namespace linnet::onnx_import
