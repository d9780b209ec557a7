#include "networks.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>

namespace linnet::accuracy {
namespace {

namespace fs = std::filesystem;

struct Packaged {
  const char* name;
  const char* onnx;  // in the assets folder
};
constexpr Packaged kPackaged[] = {
    {"blazeface_front", "blazeface/blazeface_front.onnx"},
    {"blazeface_back", "blazeface/blazeface_back.onnx"},
    {"efficientnet_lite0", "efficientnet-lite0/efficientnet_lite0.onnx"},
    {"ppocr_det", "ocr/ppocr_v4_det.onnx"},
    {"ppocr_rec", "ocr/ppocr_v4_rec.onnx"},
    {"ppocr_cls", "ocr/ppocr_v2_cls.onnx"},
};

std::string in_source(const std::string& path) {
  return std::string(LINNET_SOURCE_DIR) + "/" + path;
}

// Empty for float, which is measured as it was imported.
std::string recipe_of(const Network& network, Precision precision) {
  if (precision == Precision::f32) return "";
  const std::string stem = in_source("examples/recipes/") + network.name;
  const bool own = precision == Precision::int4 && fs::exists(stem + "_int4.json");
  return stem + (own ? "_int4.json" : ".json");
}

// A folder that goes with the process.
class Scratch {
 public:
  Scratch() : path_(fs::temp_directory_path() / ("linnet_accuracy_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void check(const Status& status) {
  if (!status) throw std::runtime_error(status.text());
}

template <typename T>
T take(Result<T> result) {
  check(result.status());
  return *std::move(result);
}

}  // namespace

const char* precision_name(Precision precision) {
  constexpr const char* kNames[] = {"float", "int8", "int4"};
  return kNames[static_cast<size_t>(precision)];
}

std::string assets_folder() {
  if (const char* assets = std::getenv("LINNET_ASSETS_DIR")) return assets;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  return (cache != nullptr && *cache != 0 ? std::string(cache)
                                          : std::string(home ? home : "") + "/.cache") +
         "/linnet/assets";
}

Network fashion_mnist() {
  return {"fashion_mnist", in_source("tests/data/fashion_mnist.onnx"),
          in_source("tests/data/fashion_mnist_calibrate.npy")};
}

Network packaged_network(const std::string& name) {
  for (const Packaged& packaged : kPackaged) {
    if (name != packaged.name) continue;
    return {name, assets_folder() + "/" + packaged.onnx,
            assets_folder() + "/tensors/" + name + "/calibrate"};
  }
  throw std::runtime_error("no network has the name " + name);
}

std::string converted(const Network& network, Precision precision) {
  static const Scratch scratch;
  const fs::path path = scratch.path() / (network.name + "_" + precision_name(precision) + ".lnt");
  if (fs::exists(path)) return path.string();
  ConvertOptions options;
  options.input = network.onnx;
  options.output = path.string();
  options.recipe = recipe_of(network, precision);
  if (precision != Precision::f32) options.calibration = network.calibrate;
  if (precision == Precision::int8) {
    options.weights = WeightType::int8;
    options.activations = ActivationType::int8;
  } else if (precision == Precision::int4) {
    options.weights = WeightType::int4;
  }
  convert(options);
  return path.string();
}

Runner::Runner(const std::string& path)
    : session_(take(Session::create(take(Model::open(path.c_str()))))) {}

std::vector<Array> Runner::run(const Array& input) {
  check(session_.set_input_shape(0, input.shape));
  check(session_.write<std::byte>(0, input.bytes));
  check(session_.run());
  std::vector<Array> outputs;
  for (int32_t i = 0;; ++i) {
    const Result<Tensor> output = session_.output(i);
    if (!output) return outputs;
    const std::span<const std::byte> bytes = output->values<std::byte>();
    if (output->dtype != LINNET_F32) throw std::runtime_error("an output is not f32");
    outputs.push_back({LINNET_F32,
                       {output->shape().begin(), output->shape().end()},
                       {bytes.begin(), bytes.end()}});
  }
}

std::vector<Input> read_inputs(const std::string& folder, size_t limit) {
  if (!fs::is_directory(folder)) {
    throw std::runtime_error(folder + " is missing: run script/accuracy, which makes it");
  }
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".npy") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  if (paths.size() > limit) paths.resize(limit);
  std::vector<Input> inputs;
  for (const fs::path& path : paths)
    inputs.push_back({path.stem().string(), read_npy(path.string())});
  return inputs;
}

double relative_error(const Array& a, const Array& b) {
  if (a.elements() != b.elements()) return std::numeric_limits<double>::infinity();
  double error = 0, largest = 0;
  for (size_t i = 0; i < a.elements(); ++i) {
    const double x = static_cast<double>(a.data<float>()[i]);
    const double y = static_cast<double>(b.data<float>()[i]);
    if (!(std::isfinite(x) && std::isfinite(y))) return std::numeric_limits<double>::infinity();
    error = std::max(error, std::fabs(x - y));
    largest = std::max(largest, std::fabs(y));
  }
  return error == 0 ? 0 : error / largest;
}

double cosine(const std::vector<Array>& a, const std::vector<Array>& b) {
  double product = 0, length_a = 0, length_b = 0;
  for (size_t k = 0; k < std::max(a.size(), b.size()); ++k) {
    if (k >= a.size() || k >= b.size() || a[k].elements() != b[k].elements()) return -1;
    for (size_t i = 0; i < a[k].elements(); ++i) {
      const double x = static_cast<double>(a[k].data<float>()[i]);
      const double y = static_cast<double>(b[k].data<float>()[i]);
      product += x * y;
      length_a += x * x;
      length_b += y * y;
    }
  }
  if (length_a == 0 && length_b == 0) return 1;
  return product / std::sqrt(length_a * length_b);
}

}  // namespace linnet::accuracy
