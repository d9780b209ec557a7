#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "converter/compress/compress.h"
#include "converter/convert.h"
#include "converter/error.h"
#include "tests/converter/graph_fixture.h"

// Data, calibration and files for the tests of calibrate/, compress/, emit/ and report/.

namespace linnet::test {

// Bell-shaped values around 0 that are the same on every machine.
std::vector<float> bell(size_t count, unsigned seed = 1, double deviation = 1);

// The same with every value below 0 set to 0, as behind a ReLU.
std::vector<float> rectified_bell(size_t count, unsigned seed = 1);

// What calibration remembers of these samples of one tensor.
TensorStatistics seen(const std::vector<std::vector<float>>& samples, size_t channels = 1);

// Calibration of a graph on `count` random samples.
Calibration calibrated(const ir::Graph& graph, int count = 4);

// The recipe of a JSON text over `options`.
Recipe recipe_of(const std::string& json, ConvertOptions options = {});
ConvertOptions options_of(WeightType weights, ActivationType activations = ActivationType::f32);

// The first node of that op; fails the test when there is none.
const ir::Node& node_of(const ir::Graph& graph, OpType op);

// 10·log10(Σa² / Σ(a - b)²).
double snr_db(const std::vector<float>& a, const std::vector<float>& b);

// A folder that goes with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string path() const { return folder_.string(); }
  // Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& bytes) const;
  // Names of the files in it, sorted.
  std::vector<std::string> names() const;

 private:
  std::filesystem::path folder_;
};

// The message of the ConvertError that `f` throws; "" when it throws none.
template <typename F>
std::string convert_error(F f) {
  try {
    f();
  } catch (const ConvertError& error) {
    return error.what();
  }
  return "";
}

}  // namespace linnet::test
