#include <xnnpack.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/peers/xnnpack_run.h"

// Times a chain of fully connected layers N -> N on XNNPACK's subgraph interface:
//
//   xnnpack_matmul WEIGHTS INPUT f32|int8_dynamic|int4_channel|int4_32|int4_128 LAYERS THREADS
//                  SECONDS [OUTPUT]
//
// WEIGHTS holds one layer's N x N floats [out, in], INPUT rows of N floats, OUTPUT receives as
// many. Each of the LAYERS has a packed copy of the weights of its own. Activations between the
// layers are float; all schemes but f32 quantize them row by row to int8. Prints one JSON object.

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr uint32_t kNone = XNN_INVALID_VALUE_ID;

struct Arguments {
  std::string weights, input, scheme, output;
  int layers;
  size_t threads;
  double seconds;
};

std::vector<float> read_floats(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot open " + path);
  const auto count = static_cast<size_t>(file.tellg()) / sizeof(float);
  std::vector<float> values(count);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(count * sizeof(float)));
  return values;
}

uint16_t bfloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return static_cast<uint16_t>((bits + 0x8000) >> 16);
}

// The weights of one layer as XNNPACK takes them.
struct Weights {
  Weights(const std::string& scheme, const std::vector<float>& values, size_t size) : n(size) {
    if (scheme == "f32") return;
    bits = scheme == "int8_dynamic" ? 8 : 4;
    if (scheme == "int4_32") block = 32;
    if (scheme == "int4_128") block = 128;
    const size_t group = block ? block : n;
    const float largest = bits == 8 ? 127 : 7;
    codes.resize(n * n * static_cast<size_t>(bits) / 8 + XNN_EXTRA_BYTES);
    for (size_t first = 0; first < n * n; first += group) {
      float top = 0;
      for (size_t i = first; i < first + group; ++i) top = std::max(top, std::fabs(values[i]));
      float scale = top / largest;
      if (block) {
        bfloat_scales.push_back(bfloat16(scale));
        const uint32_t kept = uint32_t{bfloat_scales.back()} << 16;
        std::memcpy(&scale, &kept, sizeof(scale));
      }
      scales.push_back(scale);
      for (size_t i = first; i < first + group; ++i) {
        const int code =
            static_cast<int>(std::clamp(std::nearbyint(values[i] / scale), -largest, largest));
        if (bits == 8) codes[i] = static_cast<uint8_t>(code);
        if (bits == 4) codes[i / 2] |= static_cast<uint8_t>((code + 8) << (i % 2 * 4));
      }
    }
  }

  uint32_t define(xnn_subgraph_t subgraph, const std::vector<float>& values) const {
    const std::array<size_t, 2> dims = {n, n};
    uint32_t id = kNone;
    if (bits == 32) {
      check(xnn_define_tensor_value(subgraph, xnn_datatype_fp32, 2, dims.data(), values.data(),
                                    kNone, 0, &id),
            "the weights");
    } else if (block) {
      check(xnn_define_blockwise_quantized_tensor_value(subgraph, xnn_datatype_qbint4, 8,
                                                        bfloat_scales.data(), 2, 0, block,
                                                        dims.data(), codes.data(), kNone, 0, &id),
            "the blocks of weights");
    } else {
      check(xnn_define_channelwise_quantized_tensor_value_v2(
                subgraph, bits == 8 ? xnn_datatype_qcint8 : xnn_datatype_qcint4, bits == 8 ? 0 : 8,
                scales.data(), 2, 0, dims.data(), codes.data(), kNone, 0, &id),
            "the channels of weights");
    }
    return id;
  }

  size_t n, block = 0;
  int bits = 32;
  std::vector<float> scales;
  std::vector<uint16_t> bfloat_scales;
  std::vector<uint8_t> codes;
};

xnn_subgraph_t build(const Weights& weights, const std::vector<float>& values, size_t rows,
                     int layers) {
  xnn_subgraph_t subgraph = nullptr;
  check(xnn_create_subgraph(2, 0, &subgraph), "xnn_create_subgraph");
  const std::array<size_t, 2> dims = {rows, weights.n};
  const auto activation = [&](uint32_t external, uint32_t flags) {
    uint32_t id = kNone;
    check(xnn_define_tensor_value(subgraph, xnn_datatype_fp32, 2, dims.data(), nullptr, external,
                                  flags, &id),
          "an activation");
    return id;
  };
  uint32_t x = activation(0, XNN_VALUE_FLAG_EXTERNAL_INPUT);
  for (int i = 0; i < layers; ++i) {
    if (weights.bits != 32) {
      uint32_t quantized = kNone;
      check(xnn_define_dynamically_quantized_tensor_value(subgraph, xnn_datatype_qdint8, 2, 1,
                                                          dims.data(), kNone, 0, &quantized),
            "a quantized activation");
      check(xnn_define_unary(subgraph, xnn_unary_convert, nullptr, x, quantized, 0), "quantize");
      x = quantized;
    }
    const bool last = i + 1 == layers;
    const uint32_t y = activation(last ? 1 : kNone, last ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT : 0);
    // Packing happens for every use of the weights: each layer has a copy.
    check(xnn_define_fully_connected(subgraph, -kInf, kInf, x, weights.define(subgraph, values),
                                     kNone, y, 0),
          "a fully connected layer");
    x = y;
  }
  return subgraph;
}

void run(const Arguments& args) {
  check(xnn_initialize(nullptr), "xnn_initialize");
  std::vector<float> values = read_floats(args.weights), input = read_floats(args.input);
  const auto n = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(values.size()))));
  const size_t count = input.size();
  values.resize(values.size() + XNN_EXTRA_BYTES);
  input.resize(count + XNN_EXTRA_BYTES);
  std::vector<float> output(count + XNN_EXTRA_BYTES);
  const Weights weights(args.scheme, values, n);
  xnn_subgraph_t subgraph = build(weights, values, count / n, args.layers);
  const std::vector<double> times =
      time_subgraph(subgraph, input.data(), output.data(), args.threads, args.seconds);
  if (!args.output.empty()) {
    std::ofstream(args.output, std::ios::binary)
        .write(reinterpret_cast<const char*>(output.data()),
               static_cast<std::streamsize>(count * sizeof(float)));
  }
  print_times(times);
  xnn_delete_subgraph(subgraph);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(
        stderr,
        "usage: xnnpack_matmul WEIGHTS INPUT "
        "f32|int8_dynamic|int4_channel|int4_32|int4_128 LAYERS THREADS SECONDS [OUTPUT]\n");
    return 1;
  }
  try {
    run({argv[1], argv[2], argv[3], argc > 7 ? argv[7] : "", std::stoi(argv[4]),
         std::stoul(argv[5]), std::stod(argv[6])});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "xnnpack_matmul: %s\n", error.what());
    return 2;
  }
}
