#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Exact int8 dot products with the sdot instruction: a k group of a panel is two operands, four
// activations are picked by lane. Everything here is local to the file that includes it.

namespace linnet {
namespace {

struct DotNeondot {
#if defined(__aarch64__)
  static constexpr int kTileRows = 8;
#else
  static constexpr int kTileRows = 4;
#endif

  template <int kRows>
  static void tile(const int8_t* a, size_t a_stride, const int8_t* w, size_t groups,
                   int32x4_t (&sums)[kRows][2]) {
    int32x4_t acc[kRows][2];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) acc[r][0] = acc[r][1] = vdupq_n_s32(0);
    size_t g = 0;
    for (; g + 2 <= groups; g += 2, w += 64) {
      const int8x16_t first0 = vld1q_s8(w);
      const int8x16_t first1 = vld1q_s8(w + 16);
      const int8x16_t second0 = vld1q_s8(w + 32);
      const int8x16_t second1 = vld1q_s8(w + 48);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x8_t quads = vld1_s8(a + static_cast<size_t>(r) * a_stride + 4 * g);
        acc[r][0] = vdotq_lane_s32(acc[r][0], first0, quads, 0);
        acc[r][1] = vdotq_lane_s32(acc[r][1], first1, quads, 0);
        acc[r][0] = vdotq_lane_s32(acc[r][0], second0, quads, 1);
        acc[r][1] = vdotq_lane_s32(acc[r][1], second1, quads, 1);
      }
    }
    if (g < groups) {
      const int8x16_t first0 = vld1q_s8(w);
      const int8x16_t first1 = vld1q_s8(w + 16);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        int32_t quad;
        std::memcpy(&quad, a + static_cast<size_t>(r) * a_stride + 4 * g, sizeof quad);
        const int8x8_t quads = vreinterpret_s8_s32(vdup_n_s32(quad));
        acc[r][0] = vdotq_lane_s32(acc[r][0], first0, quads, 0);
        acc[r][1] = vdotq_lane_s32(acc[r][1], first1, quads, 0);
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = acc[r][0];
      sums[r][1] = acc[r][1];
    }
  }
};

}  // namespace
}  // namespace linnet
