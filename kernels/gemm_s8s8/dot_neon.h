#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

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

// The 4 bytes at `a`, twice.
inline int8x8_t load_quad(const int8_t* a) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return vreinterpret_s8_s32(vdup_n_s32(quad));
}

struct DotNeon {
#if defined(__aarch64__)
  static constexpr int kTileRows = 4;
#else
  static constexpr int kTileRows = 2;
#endif

  template <int kRows>
  static void tile(const int8_t* a, size_t a_stride, const int8_t* w, size_t groups,
                   int32x4_t (&sums)[kRows][2]) {
    int32x4_t acc[kRows][4];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
      for (int q = 0; q < 4; ++q) acc[r][q] = vdupq_n_s32(0);
    }
    size_t g = 0;
    for (; g + 2 <= groups; g += 2, w += 64) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8_t* quads = a + static_cast<size_t>(r) * a_stride + 4 * g;
        const int8x8_t first = load_quad(quads);
        const int8x8_t second = load_quad(quads + 4);
#pragma GCC unroll 8
        for (int q = 0; q < 4; ++q) {
          const int16x8_t products =
              vmlal_s8(vmull_s8(vld1_s8(w + 8 * q), first), vld1_s8(w + 32 + 8 * q), second);
          acc[r][q] = vpadalq_s16(acc[r][q], products);
        }
      }
    }
    if (g < groups) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x8_t quad = load_quad(a + static_cast<size_t>(r) * a_stride + 4 * g);
#pragma GCC unroll 8
        for (int q = 0; q < 4; ++q) {
          acc[r][q] = vpadalq_s16(acc[r][q], vmull_s8(vld1_s8(w + 8 * q), quad));
        }
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = add_pairs(acc[r][0], acc[r][1]);
      sums[r][1] = add_pairs(acc[r][2], acc[r][3]);
    }
  }
};

}  // namespace
}  // namespace linnet
