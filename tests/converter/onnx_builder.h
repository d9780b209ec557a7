#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>
#include <vector>

// ONNX files written by hand for the importer's tests, in a folder that goes with the object.

namespace linnet::test {

class OnnxBuilder {
 public:
  explicit OnnxBuilder(int opset = 17);
  ~OnnxBuilder();
  OnnxBuilder(const OnnxBuilder&) = delete;
  OnnxBuilder& operator=(const OnnxBuilder&) = delete;

  onnx::ModelProto model;

  // Dimensions below 0 are unknown.
  void input(const std::string& name, const std::vector<int64_t>& dims,
             int type = onnx::TensorProto::FLOAT);
  void output(const std::string& name);
  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs);
  onnx::TensorProto& floats(const std::string& name, const std::vector<int64_t>& dims,
                            const std::vector<float>& values);
  onnx::TensorProto& ints(const std::string& name, const std::vector<int64_t>& values);
  // A float initializer whose bytes are in a file beside the model.
  onnx::TensorProto& external(const std::string& name, const std::vector<int64_t>& dims,
                              const std::string& location, const std::string& offset,
                              const std::string& length);

  const std::filesystem::path& folder() const { return folder_; }
  // Writes the model (or the first `size` bytes of it) and returns the path.
  std::string save(size_t size = SIZE_MAX) const;

 private:
  std::filesystem::path folder_;
};

void set_attribute(onnx::NodeProto& node, const std::string& name, int64_t value);
void set_attribute(onnx::NodeProto& node, const std::string& name,
                   const std::vector<int64_t>& values);
void set_attribute(onnx::NodeProto& node, const std::string& name, const std::string& value);

void write_text(const std::filesystem::path& path, const std::string& bytes);

// The message of the ConvertError that importing the file throws; "" when it throws none. Any other
// exception fails the test.
std::string import_error(const std::string& path);

}  // namespace linnet::test
