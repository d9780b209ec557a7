#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/gemm_s8s8/dot_rows_arm.h"

// Exact int8 dot products with the sdot instruction: a k group of a panel is two operands, one load
// of a row's activations serves four groups by lane. Everything here is local to the file that
// includes it.

namespace linnet {
namespace {

template <int kLane>
inline int32x4_t dot_lane(int32x4_t acc, int8x16_t w, int8x16_t quads) {
#if defined(__aarch64__)
  return vdotq_laneq_s32(acc, w, quads, kLane);
#else
  const int8x8_t half = kLane < 2 ? vget_low_s8(quads) : vget_high_s8(quads);
  return vdotq_lane_s32(acc, w, half, kLane % 2);
#endif
}

struct DotNeondot {
#if defined(__aarch64__)
  static constexpr int kTileRows = 8;
#else
  static constexpr int kTileRows = 4;
#endif

  template <typename OpenPanel>
  static void rows(const DotProblem& problem, const OpenPanel& open_panel) {
    dot_rows<DotNeondot>(problem, open_panel);
  }

  template <int kRows>
  static void tile(const RowPointers<kRows>& rows, size_t offset, const int8_t* w, size_t groups,
                   int32x4_t (&sums)[kRows][2]) {
    // Few rows have too few sums to hide the latency of sdot: they take two sets in turn.
    constexpr int kSets = kRows <= 2 ? 2 : 1;
    int32x4_t acc[kSets][kRows][2];
#pragma GCC unroll 8
    for (int s = 0; s < kSets; ++s) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        acc[s][r][0] = s == 0 ? sums[r][0] : vdupq_n_s32(0);
        acc[s][r][1] = s == 0 ? sums[r][1] : vdupq_n_s32(0);
      }
    }
    const auto add_groups = [&](size_t at, const int8_t* four) __attribute__((always_inline)) {
      int8x16_t weights[4][2];
#pragma GCC unroll 4
      for (int g = 0; g < 4; ++g) {
        weights[g][0] = vld1q_s8(four + 32 * g);
        weights[g][1] = vld1q_s8(four + 32 * g + 16);
      }
      if constexpr (kRows == 1) keep_loads_apart();  // in pairs
      // The order in which in-order cores wait least: a pair of rows has four sums, which is the
      // latency of sdot, and the next pair's activations are loaded before they are needed.
      int8x16_t quads[kRows];
      load_pair(rows.row, 0, at, quads);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; r += 2) {
        load_pair(rows.row, r + 2, at, quads);
        add_pair<0>(r, weights[0], quads, acc[0]);
        add_pair<1>(r, weights[1], quads, acc[1 % kSets]);
        add_pair<2>(r, weights[2], quads, acc[2 % kSets]);
        add_pair<3>(r, weights[3], quads, acc[3 % kSets]);
      }
    };
    // One row is little more than the loop itself.
    constexpr size_t kStep = kRows == 1 ? 8 : 4;
    for (; groups >= kStep; groups -= kStep, w += 32 * kStep) {
      add_groups(offset, w);
      if constexpr (kRows == 1) add_groups(offset + 16, w + 128);
      offset = opaque(offset + 4 * kStep);
    }
    for (; groups != 0; --groups, w += 32, offset += 4) {
      const int8x16_t weights[2] = {vld1q_s8(w), vld1q_s8(w + 16)};
      int8x16_t quads[kRows];
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        int32_t quad;
        std::memcpy(&quad, rows.row[r] + offset, sizeof quad);
        quads[r] = vreinterpretq_s8_s32(vdupq_n_s32(quad));
      }
#pragma GCC unroll 4
      for (int r = 0; r < kRows; r += 2) add_pair<0>(r, weights, quads, acc[0]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        sums[r][half] = acc[0][r][half];
#pragma GCC unroll 4
        for (int s = 1; s < kSets; ++s) sums[r][half] = vaddq_s32(sums[r][half], acc[s][r][half]);
      }
    }
  }

 private:
  // Rows r and r + 1, as far as there are such.
  template <int kRows>
  static void load_pair(const int8_t* const (&rows)[kRows], int r, size_t offset,
                        int8x16_t (&quads)[kRows]) {
    if (r < kRows) quads[r] = vld1q_s8(rows[r] + offset);
    if (r + 1 < kRows) quads[r + 1] = vld1q_s8(rows[r + 1] + offset);
  }

  template <int kLane, int kRows>
  static void add_pair(int r, const int8x16_t (&w)[2], const int8x16_t (&quads)[kRows],
                       int32x4_t (&acc)[kRows][2]) {
    acc[r][0] = dot_lane<kLane>(acc[r][0], w[0], quads[r]);
    acc[r][1] = dot_lane<kLane>(acc[r][1], w[1], quads[r]);
    if (r + 1 == kRows) return;
    acc[r + 1][0] = dot_lane<kLane>(acc[r + 1][0], w[0], quads[r + 1]);
    acc[r + 1][1] = dot_lane<kLane>(acc[r + 1][1], w[1], quads[r + 1]);
  }
};

}  // namespace
}  // namespace linnet
