#pragma once

#include <cstring>

#include "kernels/attention_f32/attention_blocks.h"
#include "kernels/attention_f32/attention_rows.h"

// attention_f32 for a few rows: the cache is read as it is.

namespace linnet {
namespace {

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

}  // namespace
}  // namespace linnet
