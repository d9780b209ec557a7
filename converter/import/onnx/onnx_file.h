#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "converter/ir/graph.h"

namespace linnet::onnx_import {

// A parsed, checked model; constants are views into it or into mapped data files beside it.
class OnnxFile {
 public:
  // Throws ConvertError with the path and the reason: unreadable, not protobuf, cut short, or what
  // ONNX's checker finds. `input_shapes` replaces the dimensions of inputs before shape inference.
  OnnxFile(const std::string& path,
           const std::map<std::string, std::vector<int32_t>>& input_shapes);

  const std::string& path() const { return path_; }
  const onnx::ModelProto& model() const { return *model_; }
  // Version of the default operator set.
  int opset() const { return opset_; }

  // A constant tensor named `name`. Throws ConvertError when the data does not fit the shape or the
  // external file, and UnsupportedError for element types that Linnet lacks.
  ir::Tensor constant(const onnx::TensorProto& proto, const std::string& name);

 private:
  ir::Bytes raw_bytes(const onnx::TensorProto& proto, size_t size);
  ir::Bytes external_bytes(const onnx::TensorProto& proto, size_t size);
  void override_shapes(const std::map<std::string, std::vector<int32_t>>& input_shapes);
  void check();

  std::string path_;
  std::string folder_;
  std::shared_ptr<onnx::ModelProto> model_;
  int opset_ = 0;
  std::map<std::string, ir::Bytes> mapped_;  // external data files by location
};

// The dtype that stands for an ONNX element type in the graph; throws UnsupportedError for strings,
// complex numbers and 8-bit floats. `where` names the tensor.
ir::DType graph_dtype(int onnx_type, const std::string& where);

// "FLOAT16", for messages.
std::string onnx_type_name(int onnx_type);

}  // namespace linnet::onnx_import
