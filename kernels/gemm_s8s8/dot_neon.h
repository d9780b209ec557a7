#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/gemm_s8s8/dot_rows_arm.h"

// Exact int8 dot products on plain NEON: two products of k a lane fit in 16 bits (2 * 128 * 127),
// then they are added pairwise to 32 bits. A register holds two rows' halves until the end.
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

inline int32x4_t add_pairs(int32x4_t a, int32x4_t b) {
#if defined(__aarch64__)
  return vpaddq_s32(a, b);
#else
  return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)),
                      vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
#endif
}

// Products of the upper halves.
inline int16x8_t multiply_high(int8x16_t a, int8x16_t b) {
#if defined(__aarch64__)
  return vmull_high_s8(a, b);
#else
  return vmull_s8(vget_high_s8(a), vget_high_s8(b));
#endif
}
inline int16x8_t multiply_add_high(int16x8_t acc, int8x16_t a, int8x16_t b) {
#if defined(__aarch64__)
  return vmlal_high_s8(acc, a, b);
#else
  return vmlal_s8(acc, vget_high_s8(a), vget_high_s8(b));
#endif
}

// The 4 bytes at `a`, four times.
inline int8x16_t load_quad(const int8_t* a) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return opaque(vreinterpretq_s8_s32(vdupq_n_s32(quad)));
}

struct DotNeon {
#if defined(__aarch64__)
  static constexpr int kTileRows = 4;
#else
  static constexpr int kTileRows = 2;
#endif

  template <typename OpenPanel>
  static void rows(const DotProblem& problem, const OpenPanel& open_panel) {
    dot_rows<DotNeon>(problem, open_panel);
  }

  template <int kRows>
  static void tile(const RowPointers<kRows>& rows, size_t offset, const int8_t* w, size_t groups,
                   int32x4_t (&sums)[kRows][2]) {
    int32x4_t acc[kRows][4];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      acc[r][0] = acc[r][1] = acc[r][2] = acc[r][3] = vdupq_n_s32(0);
    }
    for (; groups >= 2; groups -= 2, w += 64) {
      const int8x16_t first[2] = {vld1q_s8(w), vld1q_s8(w + 16)};
      const int8x16_t second[2] = {vld1q_s8(w + 32), vld1q_s8(w + 48)};
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x16_t quad0 = load_quad(rows.row[r] + offset + 0);
        const int8x16_t quad1 = load_quad(rows.row[r] + offset + 4);
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
          const int16x8_t low = vmlal_s8(vmull_s8(vget_low_s8(first[half]), vget_low_s8(quad0)),
                                         vget_low_s8(second[half]), vget_low_s8(quad1));
          const int16x8_t high =
              multiply_add_high(multiply_high(first[half], quad0), second[half], quad1);
          acc[r][2 * half] = vpadalq_s16(acc[r][2 * half], low);
          acc[r][2 * half + 1] = vpadalq_s16(acc[r][2 * half + 1], high);
        }
        if (r % 2 == 1) keep_loads_apart();
      }
      offset = opaque(offset + 8);
    }
    if (groups != 0) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x8_t quad = vget_low_s8(load_quad(rows.row[r] + offset + 0));
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
          acc[r][q] = vpadalq_s16(acc[r][q], vmull_s8(vld1_s8(w + 8 * q), quad));
        }
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = vaddq_s32(sums[r][0], add_pairs(acc[r][0], acc[r][1]));
      sums[r][1] = vaddq_s32(sums[r][1], add_pairs(acc[r][2], acc[r][3]));
    }
  }
};

}  // namespace
}  // namespace linnet
