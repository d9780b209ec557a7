#pragma once

// The tiles stand in the order of execution; GCC's scheduling before register allocation makes it
// copy the sums (docs/arm-kernels.md).
#if defined(__aarch64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-schedule-insns")
#endif

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_f32/gemm_f32_blocking.h"

// Register tiles of gemm_f32 and gemm_f32f16 for NEON with fused multiply-add (armv8; armv7 with
// VFPv4). Private to those two files.
//
// Four steps of k at a time: a register takes 4 activations of a row, whose lanes multiply weights.
// aarch64 has 32 registers: 8 rows x 8 columns are 16 sums, 8 activations, 2 weights. armv7 has 16:
// 4 rows. There is one offset for all rows, so that loads need no pointer each to step on.

namespace linnet {
namespace {

// The offset, in a way that compilers see no further and keep it.
inline size_t opaque(size_t offset) {
#if defined(__GNUC__)
  asm("" : "+r"(offset));
#endif
  return offset;
}

inline const float* at_byte(const float* row, size_t offset) {
  return reinterpret_cast<const float*>(reinterpret_cast<const char*>(row) + offset);
}

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
constexpr int kRowGroup = 2;  // rows that go through all four steps before the next do
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
constexpr int kRowGroup = 4;
#endif

// By comparison: -0 and NaN as in the scalar code.
inline float32x4_t clamp(float32x4_t v, float32x4_t lo, float32x4_t hi) {
  v = vbslq_f32(vcltq_f32(v, lo), lo, v);
  return vbslq_f32(vcgtq_f32(v, hi), hi, v);
}

template <typename W, int PANELS>
inline void load_step(const W* w, size_t panel, Panel (&b)[PANELS]) {
#pragma GCC unroll 16
  for (int p = 0; p < PANELS; ++p) b[p] = load_weights(w + static_cast<size_t>(p) * panel);
}

// The rows of a group from `first`, as far as there are such.
template <int ROWS>
inline void load_group(const float* const (&a)[ROWS], int first, size_t offset,
                       float32x4_t (&x)[ROWS]) {
#pragma GCC unroll 16
  for (int g = 0; g < kRowGroup; ++g) {
    if (first + g < ROWS) x[first + g] = vld1q_f32(at_byte(a[first + g], offset));
  }
}

template <int LANE, int ROWS, int PANELS>
inline void add_step(int first, const float32x4_t (&x)[ROWS], const Panel (&b)[PANELS],
                     float32x4_t (&acc)[ROWS][PANELS * 2]) {
#pragma GCC unroll 16
  for (int p = 0; p < PANELS; ++p) {
#pragma GCC unroll 16
    for (int g = 0; g < kRowGroup; ++g) {
      const int r = first + g;
      if (r >= ROWS) continue;
      acc[r][p * 2] = multiply_add<LANE>(acc[r][p * 2], b[p].low, x[r]);
      acc[r][p * 2 + 1] = multiply_add<LANE>(acc[r][p * 2 + 1], b[p].high, x[r]);
    }
  }
}

// Four steps of k.
template <typename W, int ROWS, int PANELS>
inline void add_steps(const float* const (&a)[ROWS], size_t offset, const W* w, size_t panel,
                      float32x4_t (&acc)[ROWS][PANELS * 2]) {
  float32x4_t x[ROWS];
  Panel b[4][PANELS];
  if constexpr (ROWS <= kRowGroup) {
    load_group(a, 0, offset, x);
    load_step(w, panel, b[0]);
    add_step<0>(0, x, b[0], acc);
    load_step(w + 8, panel, b[1]);
    add_step<1>(0, x, b[1], acc);
    load_step(w + 16, panel, b[2]);
    add_step<2>(0, x, b[2], acc);
    load_step(w + 24, panel, b[3]);
    add_step<3>(0, x, b[3], acc);
  } else {
#pragma GCC unroll 4
    for (size_t s = 0; s < 4; ++s) load_step(w + 8 * s, panel, b[s]);
    load_group(a, 0, offset, x);
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r += kRowGroup) {
      load_group(a, r + kRowGroup, offset, x);
      add_step<0>(r, x, b[0], acc);
      add_step<1>(r, x, b[1], acc);
      add_step<2>(r, x, b[2], acc);
      add_step<3>(r, x, b[3], acc);
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
  if (t.first && t.residual != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      const float* residual = t.residual + static_cast<size_t>(r) * t.residual_stride;
#pragma GCC unroll 16
      for (int p = 0; p < PANELS * 2; ++p) {
        acc[r][p] = vaddq_f32(acc[r][p], vld1q_f32(residual + p * 4));
      }
    }
  }
  const float* a[ROWS];
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) a[r] = t.a + static_cast<size_t>(r) * t.lda;
  const W* w = t.w;
  size_t offset = 0;
  size_t k = t.k;
  for (; k >= 4; k -= 4, w += 32) {
    add_steps<W, ROWS, PANELS>(a, offset, w, t.panel, acc);
    offset = opaque(offset + 16);
  }
  for (; k != 0; --k, offset += 4, w += 8) {
    Panel b[PANELS];
    load_step(w, t.panel, b);
    float32x4_t x[ROWS];
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) x[r] = vdupq_n_f32(*at_byte(a[r], offset));
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r += kRowGroup) add_step<0>(r, x, b, acc);
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

constexpr GemmBlocks kBlocks = {kRows, 96, 256, size_t{96} << 10, false};

}  // namespace
}  // namespace linnet
