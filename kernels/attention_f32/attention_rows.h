#pragma once

#include <cstring>

#include "kernels/attention_f32/attention_f32.h"

// Forms of attention_f32 for a few queries, which read the cache row by row as it is. `T` is the
// instruction set's description: T::F8, eight lanes, T::load8<format>(row, head_dim, i) and
// T::load32<format>(row, head_dim, i, x), values i … of a cache row (of an s8 row the codes), and
// T::sum(x), the sum of eight lanes.

namespace linnet {
namespace {

inline float kv_row_scale(KvFormat format, const uint8_t* row, size_t head_dim) {
  float scale;
  memcpy(&scale, row + kv_scales_offset(format, head_dim), sizeof scale);
  return scale;
}

// Up to 8 values from i on, zeros behind the end of the row.
template <class T, KvFormat F>
inline typename T::F8 load_up_to_8(const uint8_t* row, size_t head_dim, size_t i) {
  if (i + 8 <= head_dim) return T::template load8<F>(row, head_dim, i);
  if (i >= head_dim) return 0.0f;
  if constexpr (F == KvFormat::s4) return T::template load8<F>(row, head_dim, i);
  constexpr size_t kBytes = F == KvFormat::f32 ? 4 : F == KvFormat::f16 ? 2 : 1;
  uint8_t padded[8 * kBytes] = {};
  memcpy(padded, row + i * kBytes, (head_dim - i) * kBytes);
  return T::template load8<F>(padded, 8, 0);
}

// 32 values from i on, zeros behind the end of the row.
template <class T, KvFormat F>
inline void load_up_to_32(const uint8_t* row, size_t head_dim, size_t i, typename T::F8* x) {
  for (size_t u = 0; u < 4; ++u) x[u] = load_up_to_8<T, F>(row, head_dim, i + 8 * u);
}

// s[r][j] = q[r] · k[j] for J rows of the cache. q: [R] rows, q_stride apart, zeros up to a
// multiple of 32 values.
template <class T, KvFormat F, int R, int J>
inline void dot_rows(const float* q, size_t q_stride, const uint8_t* k, size_t k_stride,
                     size_t head_dim, float* s) {
  using F8 = typename T::F8;
  F8 acc[R][J];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int j = 0; j < J; ++j) acc[r][j] = F8(0.0f);
  }
  const auto add = [&](const F8* x, size_t i, int j) {
#pragma GCC unroll 4
    for (size_t u = 0; u < 4; ++u) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        const F8 part = F8::load(q + static_cast<size_t>(r) * q_stride + i + 8 * u);
        acc[r][j] = mul_add(x[u], part, acc[r][j]);
      }
    }
  };
  size_t i = 0;
  for (; i + 32 <= head_dim; i += 32) {
#pragma GCC unroll 16
    for (int j = 0; j < J; ++j) {
      F8 x[4];
      T::template load32<F>(k + static_cast<size_t>(j) * k_stride, head_dim, i, x);
      add(x, i, j);
    }
  }
  if (i < head_dim) {
#pragma GCC unroll 16
    for (int j = 0; j < J; ++j) {
      F8 x[4];
      load_up_to_32<T, F>(k + static_cast<size_t>(j) * k_stride, head_dim, i, x);
      add(x, i, j);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int j = 0; j < J; ++j)
      s[static_cast<size_t>(r) * kAttentionBlock + static_cast<size_t>(j)] = T::sum(acc[r][j]);
  }
}

using DotBlockFn = void(const float* q, size_t q_stride, const uint8_t* k, size_t k_stride,
                        size_t head_dim, size_t first, size_t end, float* s);
using ValueBlockFn = void(const float* w, const uint8_t* v, size_t v_stride, size_t head_dim,
                          size_t first, size_t end, float* o, size_t o_stride);

// The same for rows first … end − 1 of a block.
template <class T, KvFormat F, int R>
void dot_block(const float* q, size_t q_stride, const uint8_t* k, size_t k_stride, size_t head_dim,
               size_t first, size_t end, float* s) {
  constexpr int kStep = R == 1 ? 8 : 4;
  size_t j = first;
  for (; j + kStep <= end; j += kStep) {
    dot_rows<T, F, R, kStep>(q, q_stride, k + j * k_stride, k_stride, head_dim, s + j);
  }
  for (; j < end; ++j) {
    dot_rows<T, F, R, 1>(q, q_stride, k + j * k_stride, k_stride, head_dim, s + j);
  }
}

// o[r] += w[r][j] · v[j] for j = first … end − 1 of a block, by fma. o: [R] rows, o_stride apart,
// room up to a multiple of 32 values.
template <class T, KvFormat F, int R>
void value_block(const float* w, const uint8_t* v, size_t v_stride, size_t head_dim, size_t first,
                 size_t end, float* o, size_t o_stride) {
  using F8 = typename T::F8;
  for (size_t i = 0; i < head_dim; i += 32) {
    F8 acc[R][4];
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (size_t u = 0; u < 4; ++u)
        acc[r][u] = F8::load(o + static_cast<size_t>(r) * o_stride + i + 8 * u);
    }
    const auto add = [&](const F8* x, size_t j) {
#pragma GCC unroll 16
      for (int r = 0; r < R; ++r) {
        const F8 weight = F8(w[static_cast<size_t>(r) * kAttentionBlock + j]);
#pragma GCC unroll 4
        for (size_t u = 0; u < 4; ++u) acc[r][u] = mul_add(weight, x[u], acc[r][u]);
      }
    };
    if (i + 32 <= head_dim) {
      for (size_t j = first; j < end; ++j) {
        F8 x[4];
        T::template load32<F>(v + j * v_stride, head_dim, i, x);
        add(x, j);
      }
    } else {
      for (size_t j = first; j < end; ++j) {
        F8 x[4];
        load_up_to_32<T, F>(v + j * v_stride, head_dim, i, x);
        add(x, j);
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (size_t u = 0; u < 4; ++u)
        acc[r][u].store(o + static_cast<size_t>(r) * o_stride + i + 8 * u);
    }
  }
}

}  // namespace
}  // namespace linnet
