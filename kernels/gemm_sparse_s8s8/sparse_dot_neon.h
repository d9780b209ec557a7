#pragma once

#include "kernels/gemm_s8s8/dot_neon.h"
#include "kernels/gemm_sparse_s8s8/sparse_rows_arm.h"

// Sparse dot products on plain NEON, as in dot_neon.h: the products of two entries are added in 16
// bits. Everything here is local to the file that includes it.

namespace linnet {
namespace {

struct SparseDotNeon {
  static constexpr int kTileRows = DotNeon::kTileRows;

  template <int kRows>
  static void tile(const int8_t* a, size_t a_stride, const SparseEntries& entries,
                   int32x4_t (&sums)[kRows][2]) {
    int32x4_t acc[kRows][4];
    const int8_t* rows[kRows];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      acc[r][0] = acc[r][1] = acc[r][2] = acc[r][3] = vdupq_n_s32(0);
      rows[r] = a + static_cast<size_t>(r) * a_stride;
    }
    const uint16_t* group = entries.group;
    const int8_t* w = entries.w;
    size_t count = entries.count;
    for (; count >= 2; count -= 2, group += 2, w += 2 * kEntryBytes) {
      const size_t offset0 = 4 * size_t{group[0]}, offset1 = 4 * size_t{group[1]};
      const int8x16_t first[2] = {vld1q_s8(w), vld1q_s8(w + 16)};
      const int8x16_t second[2] = {vld1q_s8(w + 32), vld1q_s8(w + 48)};
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x16_t quad0 = load_quad(rows[r] + offset0);
        const int8x16_t quad1 = load_quad(rows[r] + offset1);
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
    }
    if (count != 0) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x8_t quad = vget_low_s8(load_quad(rows[r] + 4 * size_t{*group}));
#pragma GCC unroll 4
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
