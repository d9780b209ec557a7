#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace linnet {

// A model file's header as plain data, for tools that show it.
struct FileTensor {
  std::string name;
  std::string dtype;
  std::vector<int32_t> shape;
  bool constant = false;
  std::string scheme;  // constants: "f32", "int8 panels", "int4 block 32", …
  uint64_t size = 0;   // bytes in the file
  std::vector<float> scale;
  std::vector<int32_t> zero_point;
  int axis = -1;
};

struct FileNode {
  std::string op;
  std::string name;
  std::vector<int> inputs, outputs;  // tensor indices, -1 absent
  std::string options;               // JSON object
};

struct ModelFile {
  uint64_t file_size = 0;
  uint32_t version = 0;
  std::string producer;
  std::string graph_name;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<FileTensor> tensors;
  std::vector<FileNode> nodes;
  std::vector<int> inputs, outputs;
};

// Reads the header of a file that linnet_model_open() has accepted; throws ConvertError otherwise.
ModelFile read_model_file(const std::string& path);

// "image f32 [1,3,224,224]", "probabilities s8 [-1,10] scale 0.0039 zero point -128".
std::string describe(const FileTensor& tensor);

}  // namespace linnet
