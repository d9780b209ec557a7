#include <cmath>
#include <cstring>

#include "kernels/convert_f16_f32/half_bits.h"
#include "kernels/kv_cache_store/kv_cache_store.h"
#include "kernels/requantize.h"

namespace linnet {
namespace {

constexpr float kSmallestNormal = 0x1p-126f;

// round_half_even(x / scale) within low…high; NaN becomes 0.
int32_t quantized(float x, float scale, float low, float high) {
  float t = x / scale;
  if (std::isnan(t)) t = 0.0f;
  t = t < low ? low : t > high ? high : t;
  return static_cast<int32_t>(round_half_even(t));
}

void store_s8(const float* x, size_t n, uint8_t* y) {
  float largest = 0.0f;
  for (size_t i = 0; i < n; ++i) {
    const float magnitude = std::fabs(x[i]);
    if (std::isfinite(x[i]) && magnitude > largest) largest = magnitude;
  }
  float scale = largest / 127.0f;
  if (scale < kSmallestNormal) scale = 0.0f;
  const size_t scale_at = kv_scales_offset(KvFormat::s8, n);
  std::memset(y, 0, scale_at);
  for (size_t i = 0; i < n && scale != 0.0f; ++i) {
    y[i] = static_cast<uint8_t>(quantized(x[i], scale, -127.0f, 127.0f));
  }
  std::memcpy(y + scale_at, &scale, sizeof scale);
}

// One block of 1…32 values; returns the bits of its scale.
uint16_t store_s4_block(const float* x, size_t n, uint8_t* y) {
  float hi = 0.0f, lo = 0.0f;
  for (size_t i = 0; i < n; ++i) {
    if (!std::isfinite(x[i])) continue;
    if (x[i] > hi) hi = x[i];
    if (x[i] < lo) lo = x[i];
  }
  float wanted = (hi > -lo ? hi : lo) / -8.0f;
  wanted = wanted < -65504.0f ? -65504.0f : wanted > 65504.0f ? 65504.0f : wanted;
  const uint16_t half = half_of_float(wanted);
  const float scale = float_of_half(half);
  std::memset(y, 0x88, kKvBlock / 2);
  for (size_t i = 0; i < n && scale != 0.0f; ++i) {
    const int32_t code = quantized(x[i], scale, -8.0f, 7.0f) + 8;
    uint8_t& pair = y[i % 16];
    pair = static_cast<uint8_t>(i < 16 ? (pair & 0xf0) | code : (pair & 0x0f) | code << 4);
  }
  return half;
}

void store_s4(const float* x, size_t n, uint8_t* y) {
  uint8_t* scales = y + kv_scales_offset(KvFormat::s4, n);
  for (size_t b = 0; b < kv_blocks(n); ++b) {
    const size_t start = b * kKvBlock;
    const size_t length = n - start < kKvBlock ? n - start : kKvBlock;
    const uint16_t half = store_s4_block(x + start, length, y + b * (kKvBlock / 2));
    std::memcpy(scales + b * sizeof half, &half, sizeof half);
  }
}

}  // namespace

void kv_cache_store_scalar(const KvCacheStoreArgs& args) {
  for (size_t r = 0; r < args.rows; ++r) {
    const float* x = args.x + r * args.x_stride;
    uint8_t* y = args.y + r * args.y_stride;
    switch (args.format) {
      case KvFormat::f32:
        std::memcpy(y, x, args.head_dim * sizeof(float));
        break;
      case KvFormat::f16:
        for (size_t i = 0; i < args.head_dim; ++i) {
          const uint16_t half = half_of_float(x[i]);
          std::memcpy(y + i * sizeof half, &half, sizeof half);
        }
        break;
      case KvFormat::s8:
        store_s8(x, args.head_dim, y);
        break;
      case KvFormat::s4:
        store_s4(x, args.head_dim, y);
        break;
    }
  }
}

}  // namespace linnet
