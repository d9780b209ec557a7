#include <xnnpack.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/peers/xnnpack_run.h"

// Times a chain of convolutional layers on XNNPACK, with the float or the int8 operators.
//
//   xnnpack_networks NET.layers f32|int8 THREADS SECONDS
//
// NET.layers is written by network_layers.py. Weights are random and activation scales are fixed:
// they do not matter for the time. The input is float NHWC, XNNPACK's own order; the int8 network
// converts it, and its scores back to float, inside the timed part. Prints one JSON object.

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kActivationScale = 6.0f / 255.0f;

struct Activation {
  float min = -kInf, max = kInf;
  int32_t zero = 0;  // of an int8 tensor that stands behind it
};

Activation read_activation(std::istream& line) {
  std::string name;
  line >> name;
  if (name == "none") return {};
  if (name == "relu") return {0, kInf, -128};
  if (name == "relu6") return {0, 6, -128};
  throw std::runtime_error("unknown activation '" + name + "'");
}

struct Tensor {
  uint32_t id = XNN_INVALID_VALUE_ID;
  size_t h = 1, w = 1, c = 1;
  int32_t zero = 0;
};

// Builds the graph line by line. Every line but the first makes the tensor of the next number.
class Network {
 public:
  explicit Network(bool quantized) : quantized_(quantized) {
    check(xnn_create_subgraph(2, 0, &subgraph_), "xnn_create_subgraph");
  }

  void read(std::istream& file) {
    std::string text;
    while (std::getline(file, text)) {
      if (text.empty() || text[0] == '#') continue;
      std::istringstream line(text);
      add(line);
      if (!line) throw std::runtime_error("cannot read: " + text);
    }
    finish();
  }

  xnn_subgraph_t subgraph() const { return subgraph_; }
  size_t input_size() const { return tensors_.at(0).h * tensors_.at(0).w * tensors_.at(0).c; }
  size_t output_size() const { return tensors_.back().c; }

 private:
  void add(std::istream& line) {
    std::string op;
    line >> op;
    if (op == "input") return add_input(line);
    size_t x = 0;
    line >> x;
    if (op == "conv") return add_conv(tensors_.at(x), line);
    if (op == "max_pool") return add_max_pool(tensors_.at(x), line);
    if (op == "add") return add_add(tensors_.at(x), line);
    if (op == "mean") return add_mean(tensors_.at(x));
    if (op == "fully_connected") return add_fully_connected(tensors_.at(x), line);
    throw std::runtime_error("unknown layer '" + op + "'");
  }

  void add_input(std::istream& line) {
    Tensor x;
    line >> x.h >> x.w >> x.c;
    const std::array<size_t, 4> dims = {1, x.h, x.w, x.c};
    uint32_t id = XNN_INVALID_VALUE_ID;
    check(xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, 4, dims.data(), nullptr, 0,
                                  XNN_VALUE_FLAG_EXTERNAL_INPUT, &id),
          "the input");
    x.id = id;
    if (quantized_) {
      x = activation_tensor(x, 4);
      check(xnn_define_unary(subgraph_, xnn_unary_convert, nullptr, id, x.id, 0), "quantize");
    }
    tensors_.push_back(x);
  }

  void add_conv(const Tensor& x, std::istream& line) {
    size_t channels = 0;
    uint32_t kernel = 1, stride = 1, pad = 0, groups = 1;
    line >> channels >> kernel >> stride >> pad >> groups;
    const Activation activation = read_activation(line);
    const Tensor y = activation_tensor({.h = (x.h + 2 * pad - kernel) / stride + 1,
                                        .w = (x.w + 2 * pad - kernel) / stride + 1,
                                        .c = channels,
                                        .zero = activation.zero},
                                       4);
    const float low = quantized_ ? -kInf : activation.min;
    const float high = quantized_ ? kInf : activation.max;
    const uint32_t bias = bias_tensor(channels);
    if (groups == x.c && groups == channels) {
      const uint32_t filter = weight_tensor({1, kernel, kernel, channels}, 3, kernel * kernel);
      check(xnn_define_depthwise_convolution_2d(subgraph_, pad, pad, pad, pad, kernel, kernel,
                                                stride, stride, 1, 1, 1, channels, low, high, x.id,
                                                filter, bias, y.id, 0),
            "a depthwise convolution");
    } else {
      const uint32_t filter = weight_tensor({channels, kernel, kernel, x.c / groups}, 0,
                                            kernel * kernel * x.c / groups);
      check(xnn_define_convolution_2d(subgraph_, pad, pad, pad, pad, kernel, kernel, stride, stride,
                                      1, 1, groups, x.c / groups, channels / groups, low, high,
                                      x.id, filter, bias, y.id, 0),
            "a convolution");
    }
    tensors_.push_back(y);
  }

  void add_max_pool(const Tensor& x, std::istream& line) {
    uint32_t kernel = 1, stride = 1, pad = 0;
    line >> kernel >> stride >> pad;
    const Tensor y = activation_tensor({.h = (x.h + 2 * pad - kernel) / stride + 1,
                                        .w = (x.w + 2 * pad - kernel) / stride + 1,
                                        .c = x.c,
                                        .zero = x.zero},
                                       4);
    check(xnn_define_max_pooling_2d(subgraph_, pad, pad, pad, pad, kernel, kernel, stride, stride,
                                    1, 1, -kInf, kInf, x.id, y.id, 0),
          "max pooling");
    tensors_.push_back(y);
  }

  void add_add(const Tensor& x, std::istream& line) {
    size_t other = 0;
    line >> other;
    const Activation activation = read_activation(line);
    const Tensor y = activation_tensor({.h = x.h, .w = x.w, .c = x.c, .zero = activation.zero}, 4);
    const xnn_binary_params clamp = {activation.min, activation.max};
    const bool clamped = !quantized_ && activation.min > -kInf;
    check(xnn_define_binary(subgraph_, xnn_binary_add, clamped ? &clamp : nullptr, x.id,
                            tensors_.at(other).id, y.id, 0),
          "an addition");
    tensors_.push_back(y);
  }

  void add_mean(const Tensor& x) {
    const Tensor y = activation_tensor({.c = x.c, .zero = x.zero}, 2);
    const std::array<size_t, 2> axes = {1, 2};
    check(xnn_define_static_reduce(subgraph_, xnn_reduce_mean, 2, axes.data(), x.id, y.id, 0),
          "the mean");
    tensors_.push_back(y);
  }

  void add_fully_connected(const Tensor& x, std::istream& line) {
    size_t channels = 0;
    line >> channels;
    const uint32_t filter = weight_tensor({channels, x.c}, 0, x.c);
    const uint32_t bias = bias_tensor(channels);
    const Tensor y = quantized_ ? activation_tensor({.c = channels}, 2) : output_tensor(channels);
    check(xnn_define_fully_connected(subgraph_, -kInf, kInf, x.id, filter, bias, y.id, 0),
          "the fully connected layer");
    tensors_.push_back(y);
  }

  void finish() {
    if (!quantized_) return;
    const Tensor scores = output_tensor(output_size());
    check(xnn_define_unary(subgraph_, xnn_unary_convert, nullptr, tensors_.back().id, scores.id, 0),
          "dequantize");
  }

  Tensor output_tensor(size_t channels) {
    Tensor y{.c = channels};
    const std::array<size_t, 2> dims = {1, channels};
    check(xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, 2, dims.data(), nullptr, 1,
                                  XNN_VALUE_FLAG_EXTERNAL_OUTPUT, &y.id),
          "the output");
    return y;
  }

  Tensor activation_tensor(Tensor y, size_t rank) {
    const std::array<size_t, 4> image = {1, y.h, y.w, y.c};
    const std::array<size_t, 2> row = {1, y.c};
    const size_t* dims = rank == 4 ? image.data() : row.data();
    check(quantized_ ? xnn_define_quantized_tensor_value(subgraph_, xnn_datatype_qint8, y.zero,
                                                         kActivationScale, rank, dims, nullptr,
                                                         XNN_INVALID_VALUE_ID, 0, &y.id)
                     : xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, rank, dims, nullptr,
                                               XNN_INVALID_VALUE_ID, 0, &y.id),
          "a tensor");
    return y;
  }

  // He's variance (He et al. 2015): activations neither explode nor become denormal.
  uint32_t weight_tensor(const std::vector<size_t>& dims, size_t channel_dim, size_t fan_in) {
    size_t count = 1;
    for (const size_t d : dims) count *= d;
    uint32_t id = XNN_INVALID_VALUE_ID;
    if (quantized_) {
      std::vector<int8_t>& values = bytes_.emplace_back(count + XNN_EXTRA_BYTES);
      for (int8_t& v : values) v = static_cast<int8_t>(static_cast<int>(random_() % 255) - 127);
      const float scale = std::sqrt(6.0f / static_cast<float>(fan_in)) / 127;
      const std::vector<float>& scales = floats_.emplace_back(dims[channel_dim], scale);
      check(xnn_define_channelwise_quantized_tensor_value(
                subgraph_, xnn_datatype_qcint8, scales.data(), dims.size(), channel_dim,
                dims.data(), values.data(), XNN_INVALID_VALUE_ID, 0, &id),
            "int8 weights");
      return id;
    }
    const float limit = std::sqrt(6.0f / static_cast<float>(fan_in));
    std::uniform_real_distribution<float> uniform(-limit, limit);
    std::vector<float>& values = floats_.emplace_back(count + XNN_EXTRA_BYTES);
    for (float& v : values) v = uniform(random_);
    check(xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, dims.size(), dims.data(),
                                  values.data(), XNN_INVALID_VALUE_ID, 0, &id),
          "weights");
    return id;
  }

  uint32_t bias_tensor(size_t channels) {
    uint32_t id = XNN_INVALID_VALUE_ID;
    if (quantized_) {
      const std::vector<int32_t>& values = words_.emplace_back(channels + XNN_EXTRA_BYTES, 100);
      const std::vector<float>& scales = floats_.emplace_back(channels, 1e-4f);
      check(xnn_define_channelwise_quantized_tensor_value(
                subgraph_, xnn_datatype_qcint32, scales.data(), 1, 0, &channels, values.data(),
                XNN_INVALID_VALUE_ID, 0, &id),
            "an int8 layer's bias");
      return id;
    }
    const std::vector<float>& values = floats_.emplace_back(channels + XNN_EXTRA_BYTES, 0.01f);
    check(xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, 1, &channels, values.data(),
                                  XNN_INVALID_VALUE_ID, 0, &id),
          "a bias");
    return id;
  }

  bool quantized_;
  xnn_subgraph_t subgraph_ = nullptr;
  std::vector<Tensor> tensors_;
  std::mt19937 random_{1};
  // XNNPACK reads these when the runtime is created: they stay where they are.
  std::deque<std::vector<float>> floats_;
  std::deque<std::vector<int8_t>> bytes_;
  std::deque<std::vector<int32_t>> words_;
};

void run(const std::string& path, bool quantized, size_t threads, double seconds) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  check(xnn_initialize(nullptr), "xnn_initialize");
  Network network(quantized);
  network.read(file);
  std::vector<float> input(network.input_size() + XNN_EXTRA_BYTES);
  std::vector<float> output(network.output_size() + XNN_EXTRA_BYTES);
  for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i * 7 % 201) / 100 - 1;
  const std::vector<double> times =
      time_subgraph(network.subgraph(), input.data(), output.data(), threads, seconds);
  for (size_t i = 0; i < network.output_size(); ++i) {
    if (!std::isfinite(output[i])) throw std::runtime_error("a score is not finite");
  }
  print_times(times);
  xnn_delete_subgraph(network.subgraph());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string precision = argc == 5 ? argv[2] : "";
  if (precision != "f32" && precision != "int8") {
    std::fprintf(stderr, "usage: xnnpack_networks NET.layers f32|int8 THREADS SECONDS\n");
    return 1;
  }
  try {
    run(argv[1], precision == "int8", std::stoul(argv[3]), std::stod(argv[4]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "xnnpack_networks: %s\n", error.what());
    return 2;
  }
}
