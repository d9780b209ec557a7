#pragma once

#include <cstring>

#include "kernels/attention_f32/attention_blocks.h"
#include "kernels/attention_f32/attention_rows.h"
#include "kernels/attention_f32/attention_tiles.h"

// attention_f32 for many rows: each block of the cache is converted once into panels for the
// register tiles. `T` describes the instruction set: besides what the tiles need, T::transpose8(x)
// turns 8 vectors of 8 lanes into their columns.

namespace linnet {
namespace {

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

}  // namespace
}  // namespace linnet
