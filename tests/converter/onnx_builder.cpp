#include "tests/converter/onnx_builder.h"

#include <onnx/shape_inference/implementation.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <random>

#include "converter/error.h"
#include "converter/import/onnx/onnx_importer.h"

namespace linnet::test {

OnnxBuilder::OnnxBuilder(int opset) {
  static std::mt19937_64 generator{std::random_device{}()};
  folder_ =
      std::filesystem::temp_directory_path() / ("linnet-import-" + std::to_string(generator()));
  std::filesystem::create_directories(folder_);
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  model.mutable_graph()->set_name("test");
}

OnnxBuilder::~OnnxBuilder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void OnnxBuilder::input(const std::string& name, const std::vector<int64_t>& dims, int type) {
  auto* info = model.mutable_graph()->add_input();
  info->set_name(name);
  auto* tensor = info->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  for (int64_t d : dims) {
    auto* dim = tensor->mutable_shape()->add_dim();
    if (d >= 0)
      dim->set_dim_value(d);
    else
      dim->set_dim_param("unknown");
  }
}

void OnnxBuilder::output(const std::string& name) {
  auto* info = model.mutable_graph()->add_output();
  info->set_name(name);
  info->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
}

onnx::NodeProto& OnnxBuilder::node(const std::string& op, const std::vector<std::string>& inputs,
                                   const std::vector<std::string>& outputs) {
  auto* node = model.mutable_graph()->add_node();
  node->set_op_type(op);
  node->set_name(op + "_" + std::to_string(model.graph().node_size()));
  for (const auto& input : inputs) node->add_input(input);
  for (const auto& output : outputs) node->add_output(output);
  return *node;
}

onnx::TensorProto& OnnxBuilder::floats(const std::string& name, const std::vector<int64_t>& dims,
                                       const std::vector<float>& values) {
  auto* tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::FLOAT);
  for (int64_t d : dims) tensor->add_dims(d);
  for (float v : values) tensor->add_float_data(v);
  return *tensor;
}

onnx::TensorProto& OnnxBuilder::ints(const std::string& name, const std::vector<int64_t>& values) {
  auto* tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::INT64);
  tensor->add_dims(static_cast<int64_t>(values.size()));
  for (int64_t v : values) tensor->add_int64_data(v);
  return *tensor;
}

onnx::TensorProto& OnnxBuilder::external(const std::string& name, const std::vector<int64_t>& dims,
                                         const std::string& location, const std::string& offset,
                                         const std::string& length) {
  onnx::TensorProto& tensor = floats(name, dims, {});
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  const auto set = [&](const std::string& key, const std::string& value) {
    if (value.empty()) return;
    auto* entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  };
  set("location", location);
  set("offset", offset);
  set("length", length);
  return tensor;
}

// ONNX wants a shape on every output: the inferred one, and a scalar's where nothing can be
// inferred.
std::string OnnxBuilder::save(size_t size) const {
  onnx::ModelProto complete = model;
  try {
    onnx::shape_inference::InferShapes(complete);
  } catch (const std::exception&) {
    // Broken models are what some tests are about.
  }
  for (auto& output : *complete.mutable_graph()->mutable_output()) {
    output.mutable_type()->mutable_tensor_type()->mutable_shape();
  }
  const std::string path = (folder_ / "model.onnx").string();
  write_text(path, complete.SerializeAsString().substr(0, size));
  return path;
}

void set_attribute(onnx::NodeProto& node, const std::string& name, int64_t value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

void set_attribute(onnx::NodeProto& node, const std::string& name,
                   const std::vector<int64_t>& values) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (int64_t v : values) attribute->add_ints(v);
}

void set_attribute(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::STRING);
  attribute->set_s(value);
}

void write_text(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(out.good());
}

std::string import_error(const std::string& path) {
  try {
    import_onnx(path);
  } catch (const ConvertError& error) {
    return error.what();
  }
  return "";
}

}  // namespace linnet::test
