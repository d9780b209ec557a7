#pragma once

#include <cstring>

#include "kernels/attention_f32/attention_f32.h"
#include "kernels/attention_f32/attention_rows.h"
#include "kernels/math_f32/math_f32.h"
#include "kernels/vec/vec_scalar.h"

// What all forms of attention_f32 do with a block of keys: ranges, softmax, the end. `T` describes
// the instruction set: T::V, its vector class, and T::max16(x), T::sum16(x) of 16 lanes.

namespace linnet {
namespace {

inline constexpr size_t kNoRows = ~size_t{0};

// What a pass keeps of each of its rows.
struct AttentionRows {
  size_t count;
  AttentionRange range[kAttentionRows];
  float max[kAttentionRows], sum[kAttentionRows];
  AttentionRange all;  // from the first to the last key of any row; begin = end if none has keys
};

// Rows first … first + count − 1; row r is head r % heads of token r / heads.
inline void start_rows(const AttentionF32Args& args, size_t first, size_t count,
                       AttentionRows* rows) {
  rows->count = count;
  rows->all = {kNoRows, 0};
  for (size_t r = 0; r < count; ++r) {
    const AttentionRange range = args.ranges[(first + r) / args.heads];
    rows->range[r] = range;
    rows->max[r] = -0x1.fffffep127f;
    rows->sum[r] = 0.0f;
    if (range.begin >= range.end) continue;
    if (range.begin < rows->all.begin) rows->all.begin = range.begin;
    if (range.end > rows->all.end) rows->all.end = range.end;
  }
  if (rows->all.begin > rows->all.end) rows->all = {0, 0};
}

inline const float* query_row(const AttentionF32Args& args, size_t row) {
  return args.q + row / args.heads * args.q_token_stride + row % args.heads * args.q_head_stride;
}

// The part of a range that lies in the block at `start`, counted from there.
inline AttentionRange in_block(AttentionRange range, size_t start) {
  const size_t end = start + kAttentionBlock;
  const AttentionRange part = {range.begin > start ? range.begin : start,
                               range.end < end ? range.end : end};
  return part.begin < part.end ? AttentionRange{part.begin - start, part.end - start}
                               : AttentionRange{0, 0};
}

// The factors of a block's rows in the scores and, for s8 values, in the weights.
struct BlockFactors {
  alignas(64) float score[kAttentionBlock];
  alignas(64) float value[kAttentionBlock];
};

inline void load_factors(const AttentionF32Args& args, size_t start, AttentionRange keys,
                         BlockFactors* factors) {
  for (size_t j = 0; j < kAttentionBlock; ++j) factors->score[j] = factors->value[j] = args.scale;
  for (size_t j = keys.begin; j < keys.end; ++j) {
    if (args.k_format == KvFormat::s8) {
      const uint8_t* row = args.k + (start + j) * args.k_stride;
      factors->score[j] = kv_row_scale(args.k_format, row, args.head_dim) * args.scale;
    }
    if (args.v_format == KvFormat::s8) {
      const uint8_t* row = args.v + (start + j) * args.v_stride;
      factors->value[j] = kv_row_scale(args.v_format, row, args.head_dim);
    }
  }
}

// Turns the dot products of a row with a block into the weights of the values for `keys`, and moves
// the row's max and sum on. Returns the factor for what was accumulated before. Weights outside of
// `keys` are unspecified. A NaN may get lost in the maximum, but not in the sum.
template <class T>
inline float softmax_step(const AttentionF32Args& args, const BlockFactors& factors,
                          AttentionRange keys, float* s, float* max, float* sum) {
  using V = typename T::V;
  constexpr size_t kParts = 16 / V::kLanes;
  const size_t begin = keys.begin / 16 * 16, end = (keys.end + 15) / 16 * 16;
  for (size_t j = begin; j < end; j += V::kLanes) {
    (V::load(s + j) * V::load(factors.score + j)).store(s + j);
  }
  if (args.soft_cap != 0.0f) {
    const V cap = V(args.soft_cap);
    for (size_t j = begin; j < end; j += V::kLanes) {
      (cap * tanh_f32<V>(V::load(s + j) / cap)).store(s + j);
    }
  }
  for (size_t j = begin; j < keys.begin; ++j) s[j] = -__builtin_inff();
  for (size_t j = keys.end; j < end; ++j) s[j] = -__builtin_inff();
  const float old_max = *max;
  V part[kParts];
  for (size_t p = 0; p < kParts; ++p) part[p] = V(old_max);
  for (size_t j = begin; j < end; j += 16) {
    for (size_t p = 0; p < kParts; ++p) {
      part[p] = max_of(part[p], V::load(s + j + p * V::kLanes));
    }
  }
  const float new_max = T::max16(part);
  const V shift = V(new_max);
  for (size_t p = 0; p < kParts; ++p) part[p] = V(0.0f);
  for (size_t j = begin; j < end; j += 16) {
    for (size_t p = 0; p < kParts; ++p) {
      float* at = s + j + p * V::kLanes;
      const V weight = exp_nonpositive_f32<V>(V::load(at) - shift);
      part[p] = part[p] + weight;
      weight.store(at);
    }
  }
  if (args.v_format == KvFormat::s8) {
    for (size_t j = begin; j < end; j += V::kLanes) {
      (V::load(s + j) * V::load(factors.value + j)).store(s + j);
    }
  }
  const float block_sum = T::sum16(part);
  *max = new_max;
  if (new_max == old_max) {  // the factor is exactly 1
    *sum = *sum + block_sum;
    return 1.0f;
  }
  const float factor = exp_nonpositive_f32(F1(old_max) - F1(new_max)).v;
  *sum = *sum * factor + block_sum;
  return factor;
}

template <class V>
inline void scale_row(float* o, size_t padded, float factor) {
  if (factor == 1.0f) return;
  for (size_t d = 0; d < padded; d += V::kLanes) (V::load(o + d) * V(factor)).store(o + d);
}

template <class V>
inline void finish_rows(const AttentionF32Args& args, size_t first, const AttentionRows& rows,
                        float* o, size_t padded) {
  for (size_t r = 0; r < rows.count; ++r) {
    const size_t row = first + r;
    float* y =
        args.y + row / args.heads * args.y_token_stride + row % args.heads * args.y_head_stride;
    const bool empty = rows.range[r].begin >= rows.range[r].end;
    if (empty) {
      memset(y, 0, args.head_dim * sizeof(float));
      continue;
    }
    float* from = o + r * padded;
    for (size_t d = 0; d < padded; d += V::kLanes)
      (V::load(from + d) / V(rows.sum[r])).store(from + d);
    memcpy(y, from, args.head_dim * sizeof(float));
  }
}

}  // namespace
}  // namespace linnet
