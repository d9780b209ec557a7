#pragma once

#include "kernels/gemm_s8s8/dot_neondot.h"

// Exact int8 dot products with the smmla instruction: 2 rows of A and 2 rows of W, 8 deep. Two k
// groups of a panel are zipped into its operands. A single row is left to sdot. Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

// The 8 values of k of panel rows 2 q and 2 q + 1, from two k groups: q < 2 from the first halves.
inline int8x16_t zip_low(int8x16_t first, int8x16_t second) {
  return vreinterpretq_s8_s32(
      vzip1q_s32(vreinterpretq_s32_s8(first), vreinterpretq_s32_s8(second)));
}
inline int8x16_t zip_high(int8x16_t first, int8x16_t second) {
  return vreinterpretq_s8_s32(
      vzip2q_s32(vreinterpretq_s32_s8(first), vreinterpretq_s32_s8(second)));
}

inline int32x4_t low_halves(int32x4_t a, int32x4_t b) {
  return vreinterpretq_s32_s64(vzip1q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}
inline int32x4_t high_halves(int32x4_t a, int32x4_t b) {
  return vreinterpretq_s32_s64(vzip2q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}

struct DotI8mm {
  static constexpr int kTileRows = 8;

  template <int kRows>
  static void tile(const int8_t* a, size_t a_stride, const int8_t* w, size_t groups,
                   int32x4_t (&sums)[kRows][2]) {
    if constexpr (kRows == 1) {
      DotNeondot::tile<1>(a, a_stride, w, groups, sums);
      return;
    }
    constexpr int kPairs = (kRows + 1) / 2;
    int32x4_t acc[kPairs][4];  // [row of a][row of w], 2 x 2
#pragma GCC unroll 8
    for (int p = 0; p < kPairs; ++p) {
#pragma GCC unroll 8
      for (int q = 0; q < 4; ++q) acc[p][q] = vdupq_n_s32(0);
    }
    for (size_t g = 0; g < groups; g += 2, w += 64) {
      // A last single group is paired with zeros.
      const bool pair = g + 2 <= groups;
      const int8x16_t zero = vdupq_n_s8(0);
      const int8x16_t first0 = vld1q_s8(w);
      const int8x16_t first1 = vld1q_s8(w + 16);
      const int8x16_t second0 = pair ? vld1q_s8(w + 32) : zero;
      const int8x16_t second1 = pair ? vld1q_s8(w + 48) : zero;
      const int8x16_t weights[4] = {zip_low(first0, second0), zip_high(first0, second0),
                                    zip_low(first1, second1), zip_high(first1, second1)};
#pragma GCC unroll 8
      for (int p = 0; p < kPairs; ++p) {
        // An odd last row is its own partner; the second result is dropped.
        const int partner = 2 * p + 1 < kRows ? 2 * p + 1 : 2 * p;
        const int8x16_t rows =
            vcombine_s8(load_values(a + static_cast<size_t>(2 * p) * a_stride + 4 * g, pair),
                        load_values(a + static_cast<size_t>(partner) * a_stride + 4 * g, pair));
#pragma GCC unroll 8
        for (int q = 0; q < 4; ++q) acc[p][q] = vmmlaq_s32(acc[p][q], rows, weights[q]);
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const int32x4_t* from = acc[r / 2];
#pragma GCC unroll 8
      for (int half = 0; half < 2; ++half) {
        const int32x4_t x = from[2 * half];
        const int32x4_t y = from[2 * half + 1];
        sums[r][half] = r % 2 == 0 ? low_halves(x, y) : high_halves(x, y);
      }
    }
  }

 private:
  // 8 values, or 4 and zeros.
  static int8x8_t load_values(const int8_t* a, bool pair) {
    if (pair) return vld1_s8(a);
    int32_t quad;
    std::memcpy(&quad, a, sizeof quad);
    return vreinterpret_s8_s32(vset_lane_s32(quad, vdup_n_s32(0), 0));
  }
};

}  // namespace
}  // namespace linnet
