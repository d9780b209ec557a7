#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_f32/gemm_f32_blocking.h"

// Register tiles of gemm_f32 and gemm_f32f16 for NEON with fused multiply-add (armv8; armv7 with
// VFPv4). Private to those two files.
//
// Four steps of k at a time: a register takes 4 activations of a row, whose lanes multiply weights.
// aarch64 has 32 registers: 8 rows x 8 columns are 16 sums, 8 activations, 2 weights. armv7 has 16:
// 4 rows.

namespace linnet {
namespace {

struct Panel {
  float32x4_t low;
  float32x4_t high;
};

inline Panel load_weights(const float* w) { return {vld1q_f32(w), vld1q_f32(w + 4)}; }

#if defined(__aarch64__)
inline Panel load_weights(const uint16_t* w) {
  const float16x8_t halves = vreinterpretq_f16_u16(vld1q_u16(w));
  return {vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)};
}

template <int LANE>
inline float32x4_t multiply_add(float32x4_t acc, float32x4_t w, float32x4_t a) {
  return vfmaq_laneq_f32(acc, w, a, LANE);
}

constexpr int kRows = 8;
#else
// The instruction is there with every NEON that has fused multiply-add, the intrinsic only with
// -mfp16-format.
inline float32x4_t widen(uint16x4_t halves) {
  float32x4_t out;
  asm("vcvt.f32.f16 %q0, %P1" : "=w"(out) : "w"(halves));
  return out;
}

inline Panel load_weights(const uint16_t* w) {
  const uint16x8_t halves = vld1q_u16(w);
  return {widen(vget_low_u16(halves)), widen(vget_high_u16(halves))};
}

template <int LANE>
inline float32x4_t multiply_add(float32x4_t acc, float32x4_t w, float32x4_t a) {
  const float32x2_t half = LANE < 2 ? vget_low_f32(a) : vget_high_f32(a);
  return vfmaq_f32(acc, w, vdupq_lane_f32(half, LANE % 2));
}

constexpr int kRows = 4;
#endif

// By comparison: -0 and NaN as in the scalar code.
inline float32x4_t clamp(float32x4_t v, float32x4_t lo, float32x4_t hi) {
  v = vbslq_f32(vcltq_f32(v, lo), lo, v);
  return vbslq_f32(vcgtq_f32(v, hi), hi, v);
}

template <int LANE, typename W, int ROWS, int PANELS>
inline void add_step(float32x4_t (&acc)[ROWS][PANELS * 2], const float32x4_t* x, const W* w,
                     size_t panel) {
#pragma GCC unroll 16
  for (int p = 0; p < PANELS; ++p) {
    const Panel b = load_weights(w + static_cast<size_t>(p) * panel + LANE * 8);
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      acc[r][p * 2] = multiply_add<LANE>(acc[r][p * 2], b.low, x[r]);
      acc[r][p * 2 + 1] = multiply_add<LANE>(acc[r][p * 2 + 1], b.high, x[r]);
    }
  }
}

// ROWS x (8·PANELS) outputs.
template <typename W, int ROWS, int PANELS>
void gemm_tile(const GemmTile<W>& t) {
  float32x4_t acc[ROWS][PANELS * 2];
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) {
    const float* from = t.first ? t.bias : t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 16
    for (int p = 0; p < PANELS * 2; ++p) {
      acc[r][p] = from != nullptr ? vld1q_f32(from + p * 4) : vdupq_n_f32(0.0f);
    }
  }
  const float* a[ROWS];
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) a[r] = t.a + static_cast<size_t>(r) * t.lda;
  const W* w = t.w;
  size_t k = t.k;
  for (; k >= 4; k -= 4) {
    float32x4_t x[ROWS];
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      x[r] = vld1q_f32(a[r]);
      a[r] += 4;
    }
    add_step<0, W, ROWS, PANELS>(acc, x, w, t.panel);
    add_step<1, W, ROWS, PANELS>(acc, x, w, t.panel);
    add_step<2, W, ROWS, PANELS>(acc, x, w, t.panel);
    add_step<3, W, ROWS, PANELS>(acc, x, w, t.panel);
    w += 32;
  }
  for (; k != 0; --k) {
    float32x4_t x[ROWS];
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) x[r] = vdupq_n_f32(*a[r]++);
    add_step<0, W, ROWS, PANELS>(acc, x, w, t.panel);
    w += 8;
  }
  const float32x4_t lo = vdupq_n_f32(t.clamp_min);
  const float32x4_t hi = vdupq_n_f32(t.clamp_max);
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) {
    float* c = t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 16
    for (int p = 0; p < PANELS * 2; ++p) {
      vst1q_f32(c + p * 4, t.last ? clamp(acc[r][p], lo, hi) : acc[r][p]);
    }
  }
}

template <typename W>
constexpr GemmTileFn<W>* kTiles1[] = {
    gemm_tile<W, 1, 1>, gemm_tile<W, 2, 1>, gemm_tile<W, 3, 1>, gemm_tile<W, 4, 1>,
#if defined(__aarch64__)
    gemm_tile<W, 5, 1>, gemm_tile<W, 6, 1>, gemm_tile<W, 7, 1>, gemm_tile<W, 8, 1>,
#endif
};
template <typename W>
constexpr GemmTileFn<W>* kTiles2[] = {gemm_tile<W, 1, 2>, gemm_tile<W, 2, 2>};
template <typename W>
constexpr GemmTileFn<W>* kTiles4[] = {gemm_tile<W, 1, 4>};

template <typename W>
constexpr GemmTileSet<W> kTileSets[] = {
    {4, 1, kTiles4<W>}, {2, 2, kTiles2<W>}, {1, kRows, kTiles1<W>}};

constexpr GemmBlocks kBlocks = {kRows, 96, 256};

}  // namespace
}  // namespace linnet
