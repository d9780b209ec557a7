#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

// The converter as a library: the command `linnet convert` and the tests call this and nothing
// else.

namespace linnet {

enum class WeightType { f32, f16, int8, int4 };
enum class ActivationType { f32, int8 };

// Whether f32 3×3 convolutions at stride 1 run by Winograd's method, which takes fewer products and
// 1.8 or 4 times the bytes of weights: where it measures faster, nowhere, or wherever it can.
enum class WinogradUse { automatic, never, always };

// How a calibrated range is chosen from what a tensor showed (converter/calibrate/).
enum class RangeMethod { min_max, moving_average, percentile, mse, entropy };

struct ConvertOptions {
  std::string input;                                         // model.onnx
  std::string output;                                        // model.lnt; empty: only report
  std::map<std::string, std::vector<int32_t>> input_shapes;  // fixes dynamic dimensions
  WeightType weights = WeightType::f32;
  ActivationType activations = ActivationType::f32;
  uint32_t block = 32;            // int4: 32, 64 or 128 values along k
  std::string calibration;        // .npy, .npz or image files, or a folder of them; int8
                                  // activations need it, int8 and int4 weights gain by it
  int calibration_samples = 128;  // at most
  RangeMethod range = RangeMethod::min_max;
  double percentile = 99.99;    // RangeMethod::percentile; what is above is cut off at either end
  bool bias_correction = true;  // of int8 and int4 layers, where there is calibration data
  bool cross_layer_equalization = false;
  WinogradUse winograd = WinogradUse::automatic;
  std::string recipe;  // JSON; see converter/compress/recipe.h
  int threads = 0;     // for calibration runs; 0: all cores
  // Called with a stage's name and its share done, 0…1. May be null.
  std::function<void(const std::string& stage, double done)> progress;
};

// One layer with weights, or one that did not get what was asked for, of the written model. Weights
// and biases that several layers share count for the first of them.
struct LayerReport {
  std::string name;
  std::string op;
  std::string scheme;  // "int8 static", "int4 block 32", "f16", "f32", "f32 winograd 4x4"
  std::string reason;  // why not the scheme that was asked for; empty otherwise
  uint64_t parameters = 0;
  uint64_t bytes_float = 0;  // weights and bias as f32
  uint64_t bytes = 0;        // as written, scales and padding included
  double weight_snr_db = 0;  // of the stored weights against the float ones; inf when equal, NaN
                             // without weights
  double output_snr_db = 0;  // of the layer's output against the float model's on the calibration
                             // data; NaN: not measured
  std::vector<uint32_t> histogram;  // of the weight error in 33 bins over ±4 standard deviations of
                                    // the weights; empty for float
};

struct ConvertReport {
  std::string model;
  std::string scheme;  // "int8 weights, int8 activations"
  std::vector<LayerReport> layers;
  std::vector<std::string> warnings;
  uint64_t file_bytes = 0;
  uint64_t float_bytes = 0;  // all weights as f32
  int calibration_samples = 0;
};

// Reads, optimizes, compresses and writes. The output file is byte-identical for the same input and
// options, whatever the thread count. Throws ConvertError (converter/error.h) with every problem
// found at once, and std::system_error where the output cannot be written; the output file is as it
// was then.
ConvertReport convert(const ConvertOptions& options);

}  // namespace linnet
