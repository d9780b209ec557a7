#pragma once

#include <cstring>

#include "kernels/kv_cache_store/kv_rows.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {
namespace {

// Loads of cache rows and what else attention_rows.h asks for, eight lanes of AArch64 NEON.
struct AttentionLoadsNeon {
  using F8 = linnet::F8;

  static F8 widened(int16x8_t x) {
    return to_float(S8x32(vmovl_s16(vget_low_s16(x)), vmovl_s16(vget_high_s16(x))));
  }

  static float half_scale(const uint8_t* row, size_t head_dim, size_t block) {
    uint16_t half;
    memcpy(&half, row + kv_scales_offset(KvFormat::s4, head_dim) + block * sizeof half,
           sizeof half);
    return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(half))), 0);
  }

  // scale · (nibble − 8), exact.
  static F8 scaled(uint8x8_t nibbles, float scale) {
    const int8x8_t codes = vsub_s8(vreinterpret_s8_u8(nibbles), vdup_n_s8(8));
    const F8 x = widened(vmovl_s8(codes));
    return {vmulq_n_f32(x.lo, scale), vmulq_n_f32(x.hi, scale)};
  }

  template <KvFormat F>
  static F8 load8(const uint8_t* row, size_t head_dim, size_t i) {
    if constexpr (F == KvFormat::f32) {
      return F8::load(reinterpret_cast<const float*>(row) + i);
    } else if constexpr (F == KvFormat::f16) {
      const float16x8_t halves = vreinterpretq_f16_u8(vld1q_u8(row + 2 * i));
      return {vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)};
    } else if constexpr (F == KvFormat::s8) {
      return widened(vmovl_s8(vreinterpret_s8_u8(vld1_u8(row + i))));
    } else {
      const size_t block = i / kKvBlock, place = i % kKvBlock;
      const uint8x8_t pairs = vld1_u8(row + block * (kKvBlock / 2) + place % (kKvBlock / 2));
      const uint8x8_t nibbles =
          place < kKvBlock / 2 ? vand_u8(pairs, vdup_n_u8(15)) : vshr_n_u8(pairs, 4);
      return scaled(nibbles, half_scale(row, head_dim, block));
    }
  }

  template <KvFormat F>
  static void load32(const uint8_t* row, size_t head_dim, size_t i, F8* x) {
    if constexpr (F == KvFormat::s4) {
      const float scale = half_scale(row, head_dim, i / kKvBlock);
      const uint8x16_t pairs = vld1q_u8(row + i / 2);
      const uint8x16_t low = vandq_u8(pairs, vdupq_n_u8(15)), high = vshrq_n_u8(pairs, 4);
      x[0] = scaled(vget_low_u8(low), scale);
      x[1] = scaled(vget_high_u8(low), scale);
      x[2] = scaled(vget_low_u8(high), scale);
      x[3] = scaled(vget_high_u8(high), scale);
    } else {
#pragma GCC unroll 4
      for (size_t u = 0; u < 4; ++u) x[u] = load8<F>(row, head_dim, i + 8 * u);
    }
  }

  // ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7))
  static float sum(F8 x) {
    const float32x4_t four = vaddq_f32(x.lo, x.hi);
    const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }

  static void transpose4(float32x4_t* x) {
    const float32x4_t a = vtrn1q_f32(x[0], x[1]), b = vtrn2q_f32(x[0], x[1]);
    const float32x4_t c = vtrn1q_f32(x[2], x[3]), d = vtrn2q_f32(x[2], x[3]);
    const auto pairs = [](float32x4_t v) { return vreinterpretq_f64_f32(v); };
    x[0] = vreinterpretq_f32_f64(vtrn1q_f64(pairs(a), pairs(c)));
    x[1] = vreinterpretq_f32_f64(vtrn1q_f64(pairs(b), pairs(d)));
    x[2] = vreinterpretq_f32_f64(vtrn2q_f64(pairs(a), pairs(c)));
    x[3] = vreinterpretq_f32_f64(vtrn2q_f64(pairs(b), pairs(d)));
  }

  static void transpose8(F8* x) {
    float32x4_t a[4] = {x[0].lo, x[1].lo, x[2].lo, x[3].lo};
    float32x4_t b[4] = {x[0].hi, x[1].hi, x[2].hi, x[3].hi};
    float32x4_t c[4] = {x[4].lo, x[5].lo, x[6].lo, x[7].lo};
    float32x4_t d[4] = {x[4].hi, x[5].hi, x[6].hi, x[7].hi};
    transpose4(a);
    transpose4(b);
    transpose4(c);
    transpose4(d);
    for (int t = 0; t < 4; ++t) {
      x[t] = F8(a[t], c[t]);
      x[t + 4] = F8(b[t], d[t]);
    }
  }
};

}  // namespace
}  // namespace linnet
