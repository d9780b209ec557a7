#include <cmath>
#include <cstring>

#include "kernels/attention_f32/attention_f32.h"
#include "kernels/convert_f16_f32/half_bits.h"
#include "kernels/math_f32/math_f32.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {
namespace {

float float_at(const uint8_t* p) {
  float value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

float half_at(const uint8_t* p) {
  uint16_t half;
  std::memcpy(&half, p, sizeof half);
  return float_of_half(half);
}

// Value i of a cache row; of an s8 row its code.
float value_at(KvFormat format, const uint8_t* row, size_t head_dim, size_t i) {
  if (format == KvFormat::f32) return float_at(row + i * 4);
  if (format == KvFormat::f16) return half_at(row + i * 2);
  if (format == KvFormat::s8) return static_cast<float>(static_cast<int8_t>(row[i]));
  const int pair = row[i / 32 * 16 + i % 16];
  const int nibble = i % 32 < 16 ? pair & 15 : pair >> 4;
  const float scale = half_at(row + kv_scales_offset(format, head_dim) + i / 32 * 2);
  return scale * static_cast<float>(nibble - 8);
}

// What value_at leaves out.
float row_scale(KvFormat format, const uint8_t* row, size_t head_dim) {
  return format == KvFormat::s8 ? float_at(row + kv_scales_offset(format, head_dim)) : 1.0f;
}

float lanes_sum(float* lane, size_t lanes) {
  for (size_t width = lanes / 2; width >= 1; width /= 2) {
    for (size_t i = 0; i < width; ++i) lane[i] += lane[i + width];
  }
  return lane[0];
}

float score(const AttentionF32Args& args, const float* q, size_t j) {
  const uint8_t* row = args.k + j * args.k_stride;
  float lane[8] = {};
  for (size_t d = 0; d < args.head_dim; ++d) {
    lane[d % 8] = std::fmaf(q[d], value_at(args.k_format, row, args.head_dim, d), lane[d % 8]);
  }
  const float s = lanes_sum(lane, 8) * (row_scale(args.k_format, row, args.head_dim) * args.scale);
  if (args.soft_cap == 0.0f) return s;
  return args.soft_cap * tanh_f32(F1(s / args.soft_cap)).v;
}

float exponential(float x) { return exp_nonpositive_f32(F1(x)).v; }

// The keys first … end − 1 of one block, for one query.
void add_block(const AttentionF32Args& args, const float* q, size_t first, size_t end, float* o,
               float* max, float* sum) {
  float s[kAttentionBlock];
  float new_max = *max;
  for (size_t j = first; j < end; ++j) {
    const float value = s[j - first] = score(args, q, j);
    if (value > new_max || std::isnan(value)) new_max = value;
  }
  const float correction = exponential(*max - new_max);
  float lane[16] = {};
  for (size_t d = 0; d < args.head_dim; ++d) o[d] *= correction;
  for (size_t j = first; j < end; ++j) {
    const float p = exponential(s[j - first] - new_max);
    lane[j % 16] += p;
    const uint8_t* row = args.v + j * args.v_stride;
    const float weight = p * row_scale(args.v_format, row, args.head_dim);
    for (size_t d = 0; d < args.head_dim; ++d) {
      o[d] = std::fmaf(weight, value_at(args.v_format, row, args.head_dim, d), o[d]);
    }
  }
  *sum = *sum * correction + lanes_sum(lane, 16);
  *max = new_max;
}

}  // namespace

void attention_f32_scalar(const AttentionF32Args& args) {
  for (size_t t = 0; t < args.tokens; ++t) {
    const AttentionRange range = args.ranges[t];
    for (size_t h = 0; h < args.heads; ++h) {
      const float* q = args.q + t * args.q_token_stride + h * args.q_head_stride;
      float* y = args.y + t * args.y_token_stride + h * args.y_head_stride;
      float o[kAttentionMaxHeadDim] = {};
      float max = -0x1.fffffep127f, sum = 0.0f;
      for (size_t first = range.begin; first < range.end;) {
        const size_t block_end = (first / kAttentionBlock + 1) * kAttentionBlock;
        const size_t end = range.end < block_end ? range.end : block_end;
        add_block(args, q, first, end, o, &max, &sum);
        first = end;
      }
      const bool empty = range.begin >= range.end;
      for (size_t d = 0; d < args.head_dim; ++d) y[d] = empty ? 0.0f : o[d] / sum;
    }
  }
}

}  // namespace linnet
