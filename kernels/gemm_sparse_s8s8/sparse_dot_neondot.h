#pragma once

#include "kernels/gemm_s8s8/dot_neondot.h"
#include "kernels/gemm_sparse_s8s8/sparse_rows_arm.h"

// Sparse dot products with the sdot instruction: an entry is two operands, and a row's activations
// of its group are loaded into all lanes. Everything here is local to the file that includes it.

namespace linnet {
namespace {

struct SparseDotNeondot {
  static constexpr int kTileRows = DotNeondot::kTileRows;

  template <int kRows>
  static void tile(const int8_t* a, size_t a_stride, const SparseEntries& entries,
                   int32x4_t (&sums)[kRows][2]) {
    // Few rows have too few sums to hide the latency of sdot.
    constexpr int kSets = kRows == 1 ? 4 : kRows == 2 ? 2 : 1;
    int32x4_t acc[kSets][kRows][2];
#pragma GCC unroll 8
    for (int s = 0; s < kSets; ++s) {
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) acc[s][r][0] = acc[s][r][1] = vdupq_n_s32(0);
    }
    const int8_t* rows[kRows];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) rows[r] = a + static_cast<size_t>(r) * a_stride;
    const uint16_t* group = entries.group;
    const int8_t* w = entries.w;
    size_t count = entries.count;
    constexpr size_t kStep = static_cast<size_t>(kSets);
    for (; count >= kStep; count -= kStep, group += kStep, w += kStep * kEntryBytes) {
#pragma GCC unroll 4
      for (int s = 0; s < kSets; ++s) {
        add_entry(rows, 4 * size_t{group[s]}, w + static_cast<size_t>(s) * kEntryBytes, acc[s]);
      }
    }
    for (; count != 0; --count, ++group, w += kEntryBytes) {
      add_entry(rows, 4 * size_t{*group}, w, acc[0]);
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
  template <int kRows>
  static void add_entry(const int8_t* const (&rows)[kRows], size_t offset, const int8_t* w,
                        int32x4_t (&acc)[kRows][2]) {
    const int8x16_t weights[2] = {vld1q_s8(w), vld1q_s8(w + 16)};
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      int32_t four;
      std::memcpy(&four, rows[r] + offset, sizeof four);
      const int8x16_t quads = vreinterpretq_s8_s32(vdupq_n_s32(four));
      acc[r][0] = vdotq_s32(acc[r][0], weights[0], quads);
      acc[r][1] = vdotq_s32(acc[r][1], weights[1], quads);
    }
  }
};

}  // namespace
}  // namespace linnet
