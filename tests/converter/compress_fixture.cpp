#include "tests/converter/compress_fixture.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <fstream>
#include <random>

#include "converter/calibrate/calibrate.h"

namespace linnet::test {

std::vector<float> bell(size_t count, unsigned seed, double deviation) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float& v : values) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(generator()) / 4294967296.0;
    v = static_cast<float>(sum * deviation);
  }
  return values;
}

std::vector<float> rectified_bell(size_t count, unsigned seed) {
  std::vector<float> values = bell(count, seed);
  for (float& v : values) v = std::max(v, 0.0f);
  return values;
}

TensorStatistics seen(const std::vector<std::vector<float>>& samples, size_t channels) {
  TensorStatistics statistics;
  for (const std::vector<float>& sample : samples) statistics.add(sample, channels);
  return statistics;
}

Calibration calibrated(const ir::Graph& graph, int count) {
  std::vector<Sample> samples;
  for (int s = 0; s < count; ++s) {
    const Feeds feeds = random_feeds(graph, 3, 100 + 10 * static_cast<unsigned>(s));
    Sample sample;
    for (size_t i = 0; i < feeds.size(); ++i) {
      const ir::Tensor& input = graph.tensor(graph.inputs[i]);
      std::vector<int32_t> shape = input.shape;
      std::replace_if(
          shape.begin(), shape.end(), [](int32_t d) { return d < 0; }, 3);
      sample[input.name] = {LINNET_F32, shape, feeds[i]};
    }
    samples.push_back(std::move(sample));
  }
  return calibrate(graph, samples, 1, [](double) {});
}

Recipe recipe_of(const std::string& json, ConvertOptions options) {
  const ScratchFolder folder;
  options.recipe = folder.write("recipe.json", json);
  return Recipe(options);
}

ConvertOptions options_of(WeightType weights, ActivationType activations) {
  ConvertOptions options;
  options.weights = weights;
  options.activations = activations;
  return options;
}

const ir::Node& node_of(const ir::Graph& graph, OpType op) {
  const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                  [&](const ir::Node& node) { return node.op == op; });
  INFO(ir::to_text(graph));
  REQUIRE(found != graph.nodes.end());
  return *found;
}

double snr_db(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double signal = 0, noise = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), e = x - static_cast<double>(b[i]);
    signal += x * x;
    noise += e * e;
  }
  return 10 * std::log10(signal / noise);
}

ScratchFolder::ScratchFolder() {
  static int serial = 0;
  folder_ = std::filesystem::temp_directory_path() /
            ("linnet_compress_" + std::to_string(getpid()) + "_" + std::to_string(serial++));
  std::filesystem::create_directories(folder_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string ScratchFolder::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(path(name), std::ios::binary) << bytes;
  return path(name);
}

std::vector<std::string> ScratchFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace linnet::test
