#include "converter/calibrate/calibrate.h"

#include <fmt/format.h>

#include "converter/calibrate/graph_runner.h"
#include "converter/error.h"

namespace linnet {

std::vector<Sample> read_calibration_samples(const ir::Graph& graph, const Recipe& recipe,
                                             const ConvertOptions& options) {
  if (options.calibration.empty()) {
    throw ConvertError(
        "int8 activations need calibration data: --calibrate FOLDER with pictures, .npy, .npz or "
        "raw files like those "
        "that the model will see (50 to 500 are enough), or --activations f32");
  }
  return read_dataset(options.calibration, GraphRunner::input_types(graph), recipe.images(),
                      options.calibration_samples);
}

Calibration calibrate(const ir::Graph& graph, const std::vector<Sample>& samples, int threads,
                      const std::function<void(double)>& progress) {
  Calibration calibration;
  std::string broken;  // the first tensor, in the order of execution, with values of no use
  const auto observe = [&](const std::string& name, const float* values, size_t count,
                           int32_t channels) {
    TensorStatistics& statistics = calibration[name];
    statistics.add({values, count}, static_cast<size_t>(channels));
    if (broken.empty() && statistics.not_finite != 0) broken = name;
  };
  GraphRunner runner(graph, threads);
  for (size_t s = 0; s < samples.size(); ++s) {
    for (const auto& [name, array] : samples[s]) {
      const Array values = convert_array(array, LINNET_F32);
      observe(name, values.data<float>(), values.elements(),
              values.shape.empty() ? 1 : values.shape.back());
    }
    runner.run(samples[s], [&](const linnet_tensor& value) {
      if (value.dtype != LINNET_F32 || value.data == nullptr || value.size == 0) return;
      observe(value.name, static_cast<const float*>(value.data), value.size / sizeof(float),
              value.rank > 0 ? value.dims[value.rank - 1] : 1);
    });
    if (!broken.empty()) {
      throw ConvertError(
          fmt::format("tensor '{}' held {} values that are not finite on calibration sample {} of "
                      "{}; check the data's scaling",
                      broken, calibration[broken].not_finite, s + 1, samples.size()));
    }
    progress(static_cast<double>(s + 1) / static_cast<double>(samples.size()));
  }
  return calibration;
}

}  // namespace linnet
