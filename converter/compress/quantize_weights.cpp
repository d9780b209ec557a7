#include <algorithm>
#include <cmath>
#include <limits>

#include "converter/compress/compress.h"
#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_panels_s4.h"

namespace linnet {
namespace {

ir::Tensor with_bytes(const ir::Tensor& source, fb::DType dtype, ir::Bytes bytes) {
  ir::Tensor tensor;
  tensor.name = source.name;
  tensor.dtype = dtype;
  tensor.shape = source.shape;
  tensor.constant = true;
  tensor.bytes = std::move(bytes);
  return tensor;
}

// Elements before, in and behind one index of an axis.
struct AxisView {
  size_t outer = 1, channels = 1, inner = 1;
  AxisView(const std::vector<int32_t>& shape, int axis) {
    for (int i = 0; i < static_cast<int>(shape.size()); ++i) {
      (i < axis    ? outer
       : i == axis ? channels
                   : inner) *= static_cast<size_t>(shape[static_cast<size_t>(i)]);
    }
  }
  size_t index(size_t o, size_t c, size_t i) const { return (o * channels + c) * inner + i; }
};

struct Block {
  uint16_t scale = 0;  // f16 bits
  double error = std::numeric_limits<double>::infinity();
};

double code_value(float w, float scale) {
  return scale == 0
             ? 0.0
             : std::clamp(std::nearbyint(static_cast<double>(w) / static_cast<double>(scale)), -8.0,
                          7.0);
}

// Scales are tried as f16, because the error of rounding them is the method's too.
Block best_scale(std::span<const float> values) {
  float extreme = 0;
  for (float w : values) {
    if (std::fabs(w) > std::fabs(extreme)) extreme = w;
  }
  Block best;
  if (extreme == 0) return {0, 0};
  for (int step = -10; step <= 10; ++step) {
    for (const float sign : {1.0f, -1.0f}) {
      // The extreme maps to -8 (its sign folded into the scale) or, turned round, to about 7.
      const float levels = sign > 0 ? -8.0f : 7.5f;
      const uint16_t bits = half_from_float(extreme / (levels + 0.1f * static_cast<float>(step)));
      const float scale = float_from_half(bits);
      if (!std::isfinite(scale) || scale == 0) continue;
      double error = 0;
      for (float w : values) {
        const double e = static_cast<double>(w) - static_cast<double>(scale) * code_value(w, scale);
        error += e * e;
      }
      if (error < best.error) best = {bits, error};
    }
  }
  return best.error == std::numeric_limits<double>::infinity() ? Block{0, 0} : best;
}

}  // namespace

ir::Tensor quantize_weights_int8(const ir::Tensor& weights, int axis) {
  const AxisView view(weights.shape, axis);
  const std::span<const float> w = weights.values<float>();
  std::vector<int8_t> codes(w.size());
  ir::Quantization quantization;
  quantization.axis = axis;
  for (size_t c = 0; c < view.channels; ++c) {
    float largest = 0;
    for (size_t o = 0; o < view.outer; ++o) {
      for (size_t i = 0; i < view.inner; ++i)
        largest = std::max(largest, std::fabs(w[view.index(o, c, i)]));
    }
    const float scale =
        largest > 0 ? std::max(largest / 127.0f, std::numeric_limits<float>::min()) : 1.0f;
    quantization.scale.push_back(scale);
    for (size_t o = 0; o < view.outer; ++o) {
      for (size_t i = 0; i < view.inner; ++i) {
        const size_t at = view.index(o, c, i);
        codes[at] = static_cast<int8_t>(std::clamp(std::nearbyint(w[at] / scale), -127.0f, 127.0f));
      }
    }
  }
  ir::Tensor tensor = with_bytes(weights, fb::DType::s8, ir::Bytes::of(codes));
  tensor.quantization = std::move(quantization);
  return tensor;
}

ir::Tensor quantize_weights_int4(const ir::Tensor& weights, uint32_t block) {
  const AxisView view(weights.shape, 0);
  const std::span<const float> w = weights.values<float>();
  std::vector<uint8_t> codes(w.size());
  ir::Quantization quantization;
  quantization.axis = 0;
  quantization.block = block;
  for (size_t row = 0; row < view.channels; ++row) {
    for (size_t begin = 0; begin < view.inner; begin += block) {
      const size_t size = std::min<size_t>(block, view.inner - begin);
      const std::span<const float> values = w.subspan(row * view.inner + begin, size);
      const float scale = float_from_half(best_scale(values).scale);
      quantization.scale.push_back(scale);
      for (size_t i = 0; i < size; ++i) {
        codes[row * view.inner + begin + i] =
            static_cast<uint8_t>(code_value(values[i], scale) + 8);
      }
    }
  }
  ir::Tensor tensor = with_bytes(weights, fb::DType::s4, ir::Bytes::of(codes));
  tensor.quantization = std::move(quantization);
  return tensor;
}

ir::Tensor convert_weights_f16(const ir::Tensor& weights) {
  std::vector<uint16_t> half;
  half.reserve(weights.values<float>().size());
  for (float w : weights.values<float>()) half.push_back(half_from_float(w));
  return with_bytes(weights, fb::DType::f16, ir::Bytes::of(half));
}

std::vector<float> dequantize_weights(const ir::Tensor& weights) {
  std::vector<float> values;
  const ir::Quantization& q = weights.quantization;
  switch (weights.dtype) {
    case fb::DType::f32:
      return {weights.values<float>().begin(), weights.values<float>().end()};
    case fb::DType::f16:
      for (uint16_t half : weights.values<uint16_t>()) values.push_back(float_from_half(half));
      return values;
    case fb::DType::s4: {
      const AxisView view(weights.shape, 0);
      const size_t blocks = (view.inner + q.block - 1) / q.block;
      const int8_t* table = q.table.empty() ? kInt4Table : q.table.data();
      const std::span<const uint8_t> codes = weights.values<uint8_t>();
      for (size_t i = 0; i < codes.size(); ++i) {
        const size_t row = i / view.inner;
        const float scale = q.scale[row * blocks + i % view.inner / q.block];
        values.push_back(scale * static_cast<float>(table[codes[i]]));
      }
      return values;
    }
    case fb::DType::s8: {
      const AxisView view(weights.shape, q.axis);
      const std::span<const int8_t> codes = weights.values<int8_t>();
      for (size_t i = 0; i < codes.size(); ++i) {
        const size_t channel = q.axis < 0 ? 0 : i / view.inner % view.channels;
        const int32_t zero =
            q.zero_point.empty() ? 0 : q.zero_point[q.zero_point.size() == 1 ? 0 : channel];
        values.push_back(q.scale[q.scale.size() == 1 ? 0 : channel] *
                         static_cast<float>(codes[i] - zero));
      }
      return values;
    }
    default:
      throw std::logic_error("'" + weights.name + "' holds no weights");
  }
}

double weight_snr_db(std::span<const float> original, std::span<const float> stored) {
  double signal = 0;
  double noise = 0;
  for (size_t i = 0; i < original.size(); ++i) {
    const double w = static_cast<double>(original[i]);
    const double e = w - static_cast<double>(stored[i]);
    signal += w * w;
    noise += e * e;
  }
  return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
}

}  // namespace linnet
