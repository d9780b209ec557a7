#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "converter/compress/compress.h"
#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_panels_s4.h"

namespace linnet {
namespace {

ir::Tensor with_bytes(const ir::Tensor& source, fb::DType dtype, ir::Bytes bytes) {
  ir::Tensor tensor = source;
  tensor.dtype = dtype;
  tensor.bytes = std::move(bytes);
  tensor.quantization = {};
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
  // Calls visit(first element, count) for every run of elements of channel c.
  template <typename Visit>
  void runs(size_t c, Visit visit) const {
    for (size_t o = 0; o < outer; ++o) visit((o * channels + c) * inner, inner);
  }
};

std::vector<float> dequantize_s4(const ir::Tensor& weights) {
  const ir::Quantization& q = weights.quantization;
  const int8_t* table = q.table.empty() ? kInt4Table : q.table.data();
  const std::span<const uint8_t> codes = weights.values<uint8_t>();
  const AxisView view(weights.shape, 0);
  std::vector<float> values(codes.size());
  size_t block = 0;
  for (size_t row = 0; row < view.channels; ++row) {
    for (size_t begin = 0; begin < view.inner; begin += q.block, ++block) {
      const size_t end = std::min<size_t>(begin + q.block, view.inner);
      for (size_t i = row * view.inner + begin; i < row * view.inner + end; ++i)
        values[i] = q.scale[block] * static_cast<float>(table[codes[i]]);
    }
  }
  return values;
}

std::vector<float> dequantize_s8(const ir::Tensor& weights) {
  const ir::Quantization& q = weights.quantization;
  const std::span<const int8_t> codes = weights.values<int8_t>();
  const AxisView view(weights.shape, q.axis);
  std::vector<float> values(codes.size());
  for (size_t c = 0; c < view.channels; ++c) {
    const float scale = q.scale[q.scale.size() == 1 ? 0 : c];
    const int32_t zero = q.zero_point.empty() ? 0 : q.zero_point[q.zero_point.size() == 1 ? 0 : c];
    view.runs(c, [&](size_t first, size_t count) {
      for (size_t i = first; i < first + count; ++i)
        values[i] = scale * static_cast<float>(codes[i] - zero);
    });
  }
  return values;
}

}  // namespace

ir::Tensor quantize_weights_int8(const ir::Tensor& weights, int axis,
                                 std::span<const float> least_scales) {
  const AxisView view(weights.shape, axis);
  const std::span<const float> w = weights.values<float>();
  std::vector<int8_t> codes(w.size());
  ir::Quantization quantization;
  quantization.axis = axis;
  for (size_t c = 0; c < view.channels; ++c) {
    float largest = 0;
    view.runs(c, [&](size_t first, size_t count) {
      for (size_t i = first; i < first + count; ++i) largest = std::max(largest, std::fabs(w[i]));
    });
    float scale =
        largest > 0 ? std::max(largest / 127.0f, std::numeric_limits<float>::min()) : 1.0f;
    if (!least_scales.empty()) scale = std::max(scale, least_scales[c]);
    quantization.scale.push_back(scale);
    view.runs(c, [&](size_t first, size_t count) {
      for (size_t i = first; i < first + count; ++i)
        codes[i] = static_cast<int8_t>(std::clamp(std::nearbyint(w[i] / scale), -127.0f, 127.0f));
    });
  }
  ir::Tensor tensor = with_bytes(weights, fb::DType::s8, ir::Bytes::of(codes));
  tensor.quantization = std::move(quantization);
  return tensor;
}

ir::Tensor convert_weights_f16(const ir::Tensor& weights) {
  const std::span<const float> w = weights.values<float>();
  std::vector<uint16_t> half(w.size());
  std::transform(w.begin(), w.end(), half.begin(), half_from_float);
  return with_bytes(weights, fb::DType::f16, ir::Bytes::of(half));
}

std::vector<float> dequantize_weights(const ir::Tensor& weights) {
  switch (weights.dtype) {
    case fb::DType::f32:
      return {weights.values<float>().begin(), weights.values<float>().end()};
    case fb::DType::f16: {
      const std::span<const uint16_t> half = weights.values<uint16_t>();
      std::vector<float> values(half.size());
      std::transform(half.begin(), half.end(), values.begin(), float_from_half);
      return values;
    }
    case fb::DType::s4:
      return dequantize_s4(weights);
    case fb::DType::s8:
      return dequantize_s8(weights);
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

std::string why_broken(const ir::Tensor& original, const ir::Tensor& stored) {
  const std::span<const float> w = original.values<float>();
  if (stored.dtype == fb::DType::f16) {
    constexpr float kOverflow = 65520;  // from here on, half values are infinite
    float largest = 0;
    for (float v : w) largest = std::max(largest, std::fabs(v));
    if (largest >= kOverflow) return fmt::format("weights of up to {:.4g} do not fit f16", largest);
  }
  const double snr = weight_snr_db(w, dequantize_weights(stored));
  if (snr >= kLeastSnrDb) return {};
  const char* name = stored.dtype == fb::DType::s8   ? "int8"
                     : stored.dtype == fb::DType::s4 ? "int4"
                                                     : "f16";
  return fmt::format("{} would keep only {:.1f} dB of its weights", name, snr);
}

}  // namespace linnet
