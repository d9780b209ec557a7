#pragma once

#include <string>
#include <vector>

#include "converter/convert.h"
#include "converter/io/array.h"
#include "linnet/linnet.hpp"

// The networks that accuracy is measured on, their conversions, and how they are run.
// Functions throw std::runtime_error or ConvertError with a text that says what is missing.

namespace linnet::accuracy {

enum class Precision { f32, int8, int4 };  // int8: weights and activations; int4: weights only
constexpr Precision kPrecisions[] = {Precision::f32, Precision::int8, Precision::int4};
const char* precision_name(Precision precision);

// The folder that script/models fills: $LINNET_ASSETS_DIR, else linnet/assets in the user's cache.
std::string assets_folder();

struct Network {
  std::string name;       // in examples/recipes and <assets>/tensors (script/accuracy_inputs.py)
  std::string onnx;       // path
  std::string calibrate;  // file or folder
};

Network fashion_mnist();                            // committed files only
Network packaged_network(const std::string& name);  // "blazeface_front" etc., of script/models

// Converts with the network's recipe and calibration data; the path of the file, which lies in a
// folder of this process.
std::string converted(const Network& network, Precision precision);

// A model with one input, run on inputs of any shape that it takes.
class Runner {
 public:
  explicit Runner(const std::string& path);
  // All outputs as f32.
  std::vector<Array> run(const Array& input);

 private:
  Session session_;
};

struct Input {
  std::string name;
  Array values;
};
// The .npy files of a folder by name, `limit` at most.
std::vector<Input> read_inputs(const std::string& folder, size_t limit = 1000);

// Largest |a - b|, as a share of the largest |b|. Arrays of different sizes give infinity.
double relative_error(const Array& a, const Array& b);
// Of the angle between two vectors; 1 when both are 0.
double cosine(const std::vector<Array>& a, const std::vector<Array>& b);

}  // namespace linnet::accuracy
