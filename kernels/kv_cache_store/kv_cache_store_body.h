#pragma once

#include <cstring>

#include "kernels/convert_f16_f32/half_bits.h"
#include "kernels/kv_cache_store/kv_cache_store.h"
#include "kernels/minmax_f32/minmax_f32_body.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline typename V::Int kv_codes(V x, V scale, float low, float high, int32_t zero) {
  const V t = x / scale;
  return round_to_quantized<V>(select(is_nan(t), V(0.0f), t), low, high, zero);
}

template <class V>
inline void store_row_s8(const float* x, size_t n, uint8_t* y) {
  float lo, hi;
  minmax_f32_body<V>({x, n, &lo, &hi});
  float scale = (hi > -lo ? hi : -lo) / 127.0f;
  if (scale < 0x1p-126f) scale = 0.0f;
  const size_t scale_at = kv_scales_offset(KvFormat::s8, n);
  memset(y, 0, scale_at);
  memcpy(y + scale_at, &scale, sizeof scale);
  if (scale == 0.0f) return;
  int8_t* codes = reinterpret_cast<int8_t*>(y);
  const V divisor = scale;
  size_t i = 0;
  for (; i + V::kLanes <= n; i += V::kLanes) {
    kv_codes<V>(V::load(x + i), divisor, -127.0f, 127.0f, 0).store_s8(codes + i);
  }
  if (i == n) return;
  const V rest = V::load_partial(x + i, n - i);
  kv_codes<V>(rest, divisor, -127.0f, 127.0f, 0).store_s8_partial(codes + i, n - i);
}

// A block of 32 values; returns the bits of its scale.
template <class V>
inline uint16_t store_block_s4(const float* x, uint8_t* y) {
  float lo, hi;
  minmax_f32_body<V>({x, kKvBlock, &lo, &hi});
  float wanted = (hi > -lo ? hi : lo) / -8.0f;
  wanted = wanted < -65504.0f ? -65504.0f : wanted > 65504.0f ? 65504.0f : wanted;
  const uint16_t half = half_of_float(wanted);
  const float scale = float_of_half(half);
  if (scale == 0.0f) {
    memset(y, 0x88, kKvBlock / 2);
    return half;
  }
  uint8_t codes[kKvBlock];
  const V divisor = scale;
  for (size_t i = 0; i < kKvBlock; i += V::kLanes) {
    kv_codes<V>(V::load(x + i), divisor, -8.0f, 7.0f, 8).store_u8(codes + i);
  }
  for (size_t i = 0; i < kKvBlock / 2; i += 8) {
    uint64_t low, high;
    memcpy(&low, codes + i, sizeof low);
    memcpy(&high, codes + kKvBlock / 2 + i, sizeof high);
    low |= high << 4;
    memcpy(y + i, &low, sizeof low);
  }
  return half;
}

template <class V>
inline void store_row_s4(const float* x, size_t n, uint8_t* y) {
  uint8_t* scales = y + kv_scales_offset(KvFormat::s4, n);
  for (size_t start = 0; start < n; start += kKvBlock) {
    float padded[kKvBlock] = {};
    const float* block = x + start;
    if (n - start < kKvBlock) {
      memcpy(padded, block, (n - start) * sizeof(float));
      block = padded;
    }
    const uint16_t half = store_block_s4<V>(block, y);
    memcpy(scales, &half, sizeof half);
    scales += sizeof half;
    y += kKvBlock / 2;
  }
}

// halve8(x, y) rounds 8 floats to halves.
template <class V, class Halve8>
inline void kv_cache_store_body(const KvCacheStoreArgs& args, Halve8 halve8) {
  for (size_t r = 0; r < args.rows; ++r) {
    const float* x = args.x + r * args.x_stride;
    uint8_t* y = args.y + r * args.y_stride;
    if (args.format == KvFormat::f32) {
      memcpy(y, x, args.head_dim * sizeof(float));
    } else if (args.format == KvFormat::s8) {
      store_row_s8<V>(x, args.head_dim, y);
    } else if (args.format == KvFormat::s4) {
      store_row_s4<V>(x, args.head_dim, y);
    } else {
      size_t i = 0;
      for (; i + 8 <= args.head_dim; i += 8) halve8(x + i, y + 2 * i);
      for (; i < args.head_dim; ++i) {
        const uint16_t half = half_of_float(x[i]);
        memcpy(y + 2 * i, &half, sizeof half);
      }
    }
  }
}

}  // namespace
}  // namespace linnet
