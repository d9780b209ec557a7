#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "converter/compress/compress.h"
#include "kernels/pack/pack_panels_f32.h"

namespace linnet {
namespace {

constexpr size_t kMostBlock = 128;
// Sums run in lanes that are added up at the end: fast in any vector unit, with the same result.
constexpr size_t kLanes = 8;
constexpr float kLargestHalf = 65504;

// The extreme value of a block is tried as these codes, whole or not: around -8, where its sign
// goes into the scale, and, turned round, around 7.5. Each is followed by the least-squares scale
// of its codes, so that a coarse grid is enough.
constexpr float kExtremeCodes[] = {-9.2f, -8.9f, -8.6f, -8.3f, -8.0f, -7.7f, -7.4f, -7.1f,
                                   6.6f,  6.9f,  7.2f,  7.5f,  7.8f,  8.1f,  8.4f,  8.7f};

// The values of one block, followed by zeros up to a whole number of lanes.
struct Block {
  float values[kMostBlock] = {};
  size_t size = 0;  // a multiple of kLanes
  float extreme = 0;

  explicit Block(std::span<const float> source)
      : size((source.size() + kLanes - 1) / kLanes * kLanes) {
    std::copy(source.begin(), source.end(), values);
    for (float w : source) {
      if (std::fabs(w) > std::fabs(extreme)) extreme = w;
    }
  }
};

// The nearest of -8…7. Adding and taking away 1.5·2^23 rounds to a whole number, ties to even.
float code_of(float w, float inverse_scale) {
  constexpr float kRound = 12582912.0f;
  return (std::min(std::max(w * inverse_scale, -8.0f), 7.0f) + kRound) - kRound;
}

float sum_of(const float (&lanes)[kLanes]) {
  float sum = 0;
  for (float lane : lanes) sum += lane;
  return sum;
}

// The scale that fits the codes of `scale` best: Σwq / Σq². 0 when all codes are 0.
float refit(const Block& block, float scale) {
  const float inverse = 1 / scale;
  float wq[kLanes] = {}, qq[kLanes] = {};
  for (size_t i = 0; i < block.size; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float q = code_of(block.values[i + j], inverse);
      wq[j] += block.values[i + j] * q;
      qq[j] += q * q;
    }
  }
  const float codes = sum_of(qq);
  return codes > 0 ? sum_of(wq) / codes : 0;
}

float squared_error(const Block& block, float scale) {
  const float inverse = 1 / scale;
  float lanes[kLanes] = {};
  for (size_t i = 0; i < block.size; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float w = block.values[i + j];
      const float error = w - scale * code_of(w, inverse);
      lanes[j] += error * error;
    }
  }
  return sum_of(lanes);
}

// Scales are compared as the f16 values that will be stored, because rounding them costs too.
// 0 when no f16 scale is small enough for the block's values.
float best_scale(const Block& block) {
  if (block.extreme == 0) return 0;
  float best = 0, least = std::numeric_limits<float>::infinity();
  for (const float code : kExtremeCodes) {
    const float fitted = refit(block, block.extreme / code);
    const float scale =
        float_from_half(half_from_float(std::clamp(fitted, -kLargestHalf, kLargestHalf)));
    if (scale == 0) continue;
    const float error = squared_error(block, scale);
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  return best;
}

}  // namespace

ir::Tensor quantize_weights_int4(const ir::Tensor& weights, uint32_t block) {
  if (block == 0 || block > kMostBlock) throw std::logic_error("int4 blocks hold up to 128 values");
  const std::span<const float> w = weights.values<float>();
  const size_t rows = static_cast<size_t>(weights.shape.at(0));
  const size_t k = rows == 0 ? 0 : w.size() / rows;
  std::vector<uint8_t> codes(w.size());
  ir::Quantization quantization;
  quantization.axis = 0;
  quantization.block = block;
  quantization.scale.reserve(rows * ((k + block - 1) / block));
  for (size_t row = 0; row < rows; ++row) {
    for (size_t begin = 0; begin < k; begin += block) {
      const size_t first = row * k + begin, size = std::min<size_t>(block, k - begin);
      const float scale = best_scale(Block(w.subspan(first, size)));
      quantization.scale.push_back(scale);
      const float inverse = scale == 0 ? 0 : 1 / scale;
      for (size_t i = first; i < first + size; ++i)
        codes[i] = static_cast<uint8_t>(code_of(w[i], inverse) + 8);
    }
  }
  ir::Tensor tensor = weights;
  tensor.dtype = fb::DType::s4;
  tensor.bytes = ir::Bytes::of(codes);
  tensor.quantization = std::move(quantization);
  return tensor;
}

}  // namespace linnet
