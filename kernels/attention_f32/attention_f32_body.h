#pragma once

#include <cstring>

#include "kernels/attention_f32/attention_f32.h"
#include "kernels/attention_f32/attention_rows.h"
#include "kernels/attention_f32/attention_tiles.h"
#include "kernels/math_f32/math_f32.h"
#include "kernels/vec/vec_scalar.h"

// The walk over blocks of keys that the variants of attention_f32 share. `T` describes the
// instruction set: what attention_tiles.h and attention_rows.h need, T::transpose8(x), which turns
// 8 vectors of 8 lanes into their columns, and T::max16(x), T::sum16(x) of 16 lanes in T::V.

namespace linnet {
namespace {

inline constexpr size_t kNoRows = ~size_t{0};

// Up to so many rows the cache is read as it is; more are worth the conversion of each block.
inline constexpr size_t kFewRows = 8;

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

// ---- a few rows --------------------------------------------------------------------------------

template <class T, int R>
inline void dots(const AttentionF32Args& args, const float* q, size_t padded, size_t start,
                 AttentionRange keys, float* s) {
  constexpr DotBlockFn* kByFormat[] = {
      dot_block<T, KvFormat::f32, R>, dot_block<T, KvFormat::f16, R>, dot_block<T, KvFormat::s8, R>,
      dot_block<T, KvFormat::s4, R>};
  kByFormat[static_cast<size_t>(args.k_format)](q, padded, args.k + start * args.k_stride,
                                                args.k_stride, args.head_dim, keys.begin, keys.end,
                                                s);
}

template <class T, int R>
inline void values(const AttentionF32Args& args, const float* w, size_t start, AttentionRange keys,
                   float* o, size_t padded) {
  constexpr ValueBlockFn* kByFormat[] = {
      value_block<T, KvFormat::f32, R>, value_block<T, KvFormat::f16, R>,
      value_block<T, KvFormat::s8, R>, value_block<T, KvFormat::s4, R>};
  if (keys.begin >= keys.end) return;
  kByFormat[static_cast<size_t>(args.v_format)](w, args.v + start * args.v_stride, args.v_stride,
                                                args.head_dim, keys.begin, keys.end, o, padded);
}

// Adds weights · values for the keys that all rows have in common at once, for the rest row by row:
// one row's keys come in ascending order either way.
template <class All, class One>
inline void by_common_keys(const AttentionRange* keys, size_t rows, All all, One one) {
  AttentionRange common = {0, kAttentionBlock};
  for (size_t r = 0; r < rows; ++r) {
    if (keys[r].begin > common.begin) common.begin = keys[r].begin;
    if (keys[r].end < common.end) common.end = keys[r].end;
  }
  if (common.begin >= common.end) {
    for (size_t r = 0; r < rows; ++r) one(r, keys[r]);
    return;
  }
  for (size_t r = 0; r < rows; ++r) one(r, AttentionRange{keys[r].begin, common.begin});
  all(common);
  for (size_t r = 0; r < rows; ++r) one(r, AttentionRange{common.end, keys[r].end});
}

// Asks for rows of the cache before they are needed.
inline void prefetch_rows(const uint8_t* rows, size_t stride, size_t bytes, size_t count) {
  if (stride < bytes + 64) {  // one stretch of memory
    bytes += (count - 1) * stride;
    count = 1;
  }
  for (size_t j = 0; j < count; ++j) {
    for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(rows + j * stride + at);
  }
}

inline void prefetch_keys(const AttentionF32Args& args, size_t start, AttentionRange keys) {
  if (keys.begin == keys.end) return;
  prefetch_rows(args.k + (start + keys.begin) * args.k_stride, args.k_stride,
                kv_row_bytes(args.k_format, args.head_dim), keys.end - keys.begin);
}

inline void prefetch_values(const AttentionF32Args& args, size_t start, AttentionRange keys) {
  prefetch_rows(args.v + (start + keys.begin) * args.v_stride, args.v_stride,
                kv_row_bytes(args.v_format, args.head_dim), keys.end - keys.begin);
}

// R rows of a pass on one block of keys.
template <class T, int R>
inline void attend_group(const AttentionF32Args& args, const BlockFactors& factors, size_t start,
                         AttentionRange keys, const float* q, size_t padded,
                         const AttentionRange* ranges, float* max, float* sum, float* o) {
  alignas(64) float s[R * kAttentionBlock] = {};
  dots<T, R>(args, q, padded, start, keys, s);
  AttentionRange part[R];
  for (size_t r = 0; r < R; ++r) {
    part[r] = in_block(ranges[r], start);
    if (part[r].begin == part[r].end) continue;
    const float correction =
        softmax_step<T>(args, factors, part[r], s + r * kAttentionBlock, &max[r], &sum[r]);
    scale_row<typename T::V>(o + r * padded, padded, correction);
  }
  by_common_keys(
      part, R, [&](AttentionRange common) { values<T, R>(args, s, start, common, o, padded); },
      [&](size_t r, AttentionRange rest) {
        values<T, 1>(args, s + r * kAttentionBlock, start, rest, o + r * padded, padded);
      });
}

// Up to kFewRows rows: three at a time read the block as it stands in the cache, from memory only
// once.
template <class T>
inline void attend_rows(const AttentionF32Args& args, size_t first, size_t count) {
  const size_t padded = (args.head_dim + 31) / 32 * 32;
  float* const q = args.scratch;
  float* const o = q + count * padded;
  memset(q, 0, 2 * count * padded * sizeof(float));
  for (size_t r = 0; r < count; ++r) {
    memcpy(q + r * padded, query_row(args, first + r), args.head_dim * sizeof(float));
  }
  AttentionRows rows;
  start_rows(args, first, count, &rows);
  const size_t begin = rows.all.begin / kAttentionBlock * kAttentionBlock;
  for (size_t start = begin; start < rows.all.end; start += kAttentionBlock) {
    const AttentionRange keys = in_block(rows.all, start);
    prefetch_values(args, start, keys);
    BlockFactors factors;
    load_factors(args, start, keys, &factors);
    for (size_t r = 0; r < count;) {
      const size_t left = count - r;
      const size_t group = left == 4 ? 2 : left < 3 ? left : 3;
      const auto run = group == 1   ? attend_group<T, 1>
                       : group == 2 ? attend_group<T, 2>
                                    : attend_group<T, 3>;
      run(args, factors, start, keys, q + r * padded, padded, rows.range + r, rows.max + r,
          rows.sum + r, o + r * padded);
      r += group;
    }
    prefetch_keys(args, start + kAttentionBlock, in_block(rows.all, start + kAttentionBlock));
  }
  finish_rows<typename T::V>(args, first, rows, o, padded);
}

// ---- many rows ---------------------------------------------------------------------------------

// Keys of a block as panels [d][kPanel], zeros where `keys` has none.
template <class T, KvFormat F>
void convert_keys(const AttentionF32Args& args, size_t start, AttentionRange keys, float* panels) {
  using F8 = typename T::F8;
  const size_t n = args.head_dim;
  for (size_t group = keys.begin / 8 * 8; group < keys.end; group += 8) {
    float* to = panels + group / kPanel<T> * (n * kPanel<T>)+group % kPanel<T>;
    const uint8_t* rows = args.k + (start + group) * args.k_stride;
    F8 x[8];
    size_t i = 0;
    if (group >= keys.begin && group + 8 <= keys.end) {
      for (; i + 8 <= n; i += 8) {
#pragma GCC unroll 8
        for (size_t j = 0; j < 8; ++j) x[j] = T::template load8<F>(rows + j * args.k_stride, n, i);
        T::transpose8(x);
#pragma GCC unroll 8
        for (size_t t = 0; t < 8; ++t) x[t].store(to + (i + t) * kPanel<T>);
      }
    }
    for (; i < n; i += 8) {
      for (size_t j = 0; j < 8; ++j) {
        const bool inside = group + j >= keys.begin && group + j < keys.end;
        x[j] = inside ? load_up_to_8<T, F>(rows + j * args.k_stride, n, i) : F8(0.0f);
      }
      T::transpose8(x);
      for (size_t t = 0; t < 8 && i + t < n; ++t) x[t].store(to + (i + t) * kPanel<T>);
    }
  }
}

// Values of a block as panels [j][kPanel], zeros behind head_dim.
template <class T, KvFormat F>
void convert_values(const AttentionF32Args& args, size_t start, AttentionRange keys, size_t padded,
                    float* panels) {
  using F8 = typename T::F8;
  for (size_t j = keys.begin; j < keys.end; ++j) {
    const uint8_t* row = args.v + (start + j) * args.v_stride;
    float* const to = panels + j * kPanel<T>;
    size_t i = 0;
    for (; i + 8 <= args.head_dim; i += 8) {
      const F8 x = T::template load8<F>(row, args.head_dim, i);
      x.store(to + i / kPanel<T> * (kAttentionBlock * kPanel<T>)+i % kPanel<T>);
    }
    for (; i < padded; i += 8) {
      const F8 x = load_up_to_8<T, F>(row, args.head_dim, i);
      x.store(to + i / kPanel<T> * (kAttentionBlock * kPanel<T>)+i % kPanel<T>);
    }
  }
}

template <class T>
inline void convert_block(const AttentionF32Args& args, size_t start, AttentionRange keys,
                          size_t padded, float* key_panels, float* value_panels) {
  constexpr auto* kKeys = convert_keys<T, KvFormat::f32>;
  constexpr decltype(kKeys) kKeysByFormat[] = {kKeys, convert_keys<T, KvFormat::f16>,
                                               convert_keys<T, KvFormat::s8>,
                                               convert_keys<T, KvFormat::s4>};
  constexpr auto* kValues = convert_values<T, KvFormat::f32>;
  constexpr decltype(kValues) kValuesByFormat[] = {kValues, convert_values<T, KvFormat::f16>,
                                                   convert_values<T, KvFormat::s8>,
                                                   convert_values<T, KvFormat::s4>};
  kKeysByFormat[static_cast<size_t>(args.k_format)](args, start, keys, key_panels);
  kValuesByFormat[static_cast<size_t>(args.v_format)](args, start, keys, padded, value_panels);
}

// Queries as register tiles [d][T::kRows]. Each store of 8 lanes runs into what the next ones
// write, the last one into kAttentionSlack.
template <class T>
inline void arrange_queries(const AttentionF32Args& args, size_t first, size_t count, float* q) {
  using F8 = typename T::F8;
  constexpr size_t kGroups = (T::kRows + 7) / 8;
  const size_t n = args.head_dim;
  for (size_t tile = 0; tile < count; tile += T::kRows) {
    for (size_t i = 0; i < n; i += 8) {
      F8 x[kGroups][8];
      for (size_t r = 0; r < 8 * kGroups; ++r) {
        const bool inside = r < T::kRows && tile + r < count;
        const auto* row =
            reinterpret_cast<const uint8_t*>(inside ? query_row(args, first + tile + r) : nullptr);
        x[r / 8][r % 8] = inside ? load_up_to_8<T, KvFormat::f32>(row, n, i) : F8(0.0f);
      }
      for (F8* group : x) T::transpose8(group);
      for (size_t t = 0; t < 8 && i + t < n; ++t) {
        for (size_t g = 0; g < kGroups; ++g) x[g][t].store(q + (i + t) * T::kRows + 8 * g);
      }
    }
    q += T::kRows * n;
  }
}

// The `count` rows of one register tile on a converted block.
template <class T>
inline void attend_tile(const AttentionF32Args& args, const BlockFactors& factors, size_t start,
                        const float* q, const float* key_panels, const float* value_panels,
                        size_t padded, size_t count, const AttentionRange* ranges, float* max,
                        float* sum, float* o) {
  using V = typename T::V;
  AttentionRange part[T::kRows];
  AttentionRange all = {kAttentionBlock, 0};
  for (size_t r = 0; r < count; ++r) {
    part[r] = in_block(ranges[r], start);
    if (part[r].begin == part[r].end) continue;
    if (part[r].begin < all.begin) all.begin = part[r].begin;
    if (part[r].end > all.end) all.end = part[r].end;
  }
  if (all.begin >= all.end) return;
  alignas(64) float s[T::kRows * kAttentionBlock];
  const size_t first_panel = all.begin / kPanel<T>, end_panel = (all.end - 1) / kPanel<T> + 1;
  for (size_t p = first_panel; p < end_panel; ++p) {
    dot_panel<T>(count, q, key_panels + p * (args.head_dim * kPanel<T>), args.head_dim,
                 s + p * kPanel<T>);
  }
  for (size_t r = 0; r < count; ++r) {
    if (part[r].begin == part[r].end) continue;
    const float correction =
        softmax_step<T>(args, factors, part[r], s + r * kAttentionBlock, &max[r], &sum[r]);
    scale_row<V>(o + r * padded, padded, correction);
  }
  // The keys that all rows have in common, and what is before and after them.
  AttentionRange common = all;
  for (size_t r = 0; r < count; ++r) {
    if (part[r].begin > common.begin) common.begin = part[r].begin;
    if (part[r].end < common.end) common.end = part[r].end;
    float* w = s + r * kAttentionBlock;
    for (size_t j = all.begin; j < all.end; ++j) {
      if (j == part[r].begin && j < part[r].end) j = part[r].end;
      if (j < all.end) w[j] = kNoWeight;
    }
  }
  if (common.begin >= common.end) common = {all.end, all.end};
  const auto add = [&](ValueTileFn* tile, size_t first, size_t end) {
    if (first >= end) return;
    for (size_t d = 0; d < args.head_dim; d += kPanel<T>) {
      tile(s, value_panels + d * kAttentionBlock, first, end, o + d, padded);
    }
  };
  add(value_tile_for<T, true>(count), all.begin, common.begin);
  add(value_tile_for<T, false>(count), common.begin, common.end);
  add(value_tile_for<T, true>(count), common.end, all.end);
}

template <class T>
inline void attend_tiles(const AttentionF32Args& args, size_t first, size_t count) {
  const size_t padded = (args.head_dim + 31) / 32 * 32;
  float* const key_panels = args.scratch;
  float* const value_panels = key_panels + kAttentionBlock * padded;
  float* const q = value_panels + kAttentionBlock * padded;
  float* const o = q + kAttentionRows * padded + kAttentionSlack;
  arrange_queries<T>(args, first, count, q);
  memset(o, 0, count * padded * sizeof(float));
  AttentionRows rows;
  start_rows(args, first, count, &rows);
  const size_t begin = rows.all.begin / kAttentionBlock * kAttentionBlock;
  for (size_t start = begin; start < rows.all.end; start += kAttentionBlock) {
    const AttentionRange keys = in_block(rows.all, start);
    if (keys.end - keys.begin < kAttentionBlock) {
      memset(key_panels, 0, kAttentionBlock * args.head_dim * sizeof(float));
    }
    convert_block<T>(args, start, keys, padded, key_panels, value_panels);
    BlockFactors factors;
    load_factors(args, start, keys, &factors);
    for (size_t r = 0; r < count; r += T::kRows) {
      const size_t tile = count - r < T::kRows ? count - r : T::kRows;
      attend_tile<T>(args, factors, start, q + r * args.head_dim, key_panels, value_panels, padded,
                     tile, rows.range + r, rows.max + r, rows.sum + r, o + r * padded);
    }
  }
  finish_rows<typename T::V>(args, first, rows, o, padded);
}

template <class T>
inline void attention_f32_body(const AttentionF32Args& args) {
  const size_t total = args.tokens * args.heads;
  // Passes of equal length, in whole register tiles.
  const size_t passes = (total + kAttentionRows - 1) / kAttentionRows;
  const size_t tiles = passes == 0 ? 0 : (total / passes + T::kRows) / T::kRows;
  const size_t limit = tiles * T::kRows < kAttentionRows ? tiles * T::kRows : kAttentionRows;
  for (size_t first = 0; first < total;) {
    const size_t count = total - first < limit ? total - first : limit;
    if (count <= kFewRows) {
      attend_rows<T>(args, first, count);
    } else {
      attend_tiles<T>(args, first, count);
    }
    first += count;
  }
}

}  // namespace
}  // namespace linnet
