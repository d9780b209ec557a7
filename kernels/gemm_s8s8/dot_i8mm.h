#pragma once

#include "kernels/gemm_s8s8/dot_neondot.h"
#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/gemm_s8s8/mmla_tiles.h"

// Exact int8 dot products with the smmla instruction. Both sides are copied into its order, a chunk
// of k at a time: the rows once for several panels, a panel once for all rows. Few rows are left to
// sdot, which needs no copy. Everything here is local to the file that includes it.

namespace linnet {
namespace {

struct DotI8mm {
  template <typename OpenPanel>
  static void rows(const DotProblem& p, const OpenPanel& open_panel) {
    if (p.rows <= kFewRows) return dot_rows<DotNeondot>(p, open_panel);
    Buffers buffers;
    for (size_t j = 0; j < p.panels; j += kPanelChunk) {
      const size_t panels = p.panels - j < kPanelChunk ? p.panels - j : kPanelChunk;
      std::memset(buffers.sums, 0, panels * sizeof buffers.sums[0]);
      for (size_t g = 0; g < p.groups; g += kGroupChunk) {
        const size_t groups = p.groups - g < kGroupChunk ? p.groups - g : kGroupChunk;
        mmla_pack_rows(p.a + 4 * g, p.a_stride, p.rows, groups, 0, buffers.a);
        for (size_t i = 0; i < panels; ++i) {
          pack_panel(p.w + (j + i) * p.panel_stride + 32 * g, groups, buffers.w);
          add_panel(buffers, p.rows, (groups + 1) / 2, buffers.sums[i]);
        }
      }
      for (size_t i = 0; i < panels; ++i) store_panel(buffers.sums[i], p.rows, open_panel(j + i));
    }
  }

 private:
  static constexpr size_t kFewRows = 4;
  static constexpr size_t kPanelChunk = 8;
  static constexpr size_t kGroupChunk = 64;
  static constexpr size_t kPairSums = 16;

  struct Buffers {
    alignas(64) int8_t a[kRowChunk * 4 * kGroupChunk];
    alignas(64) int8_t w[8 * 4 * kGroupChunk];
    alignas(64) int32_t sums[kPanelChunk][kRowChunk / 2 * kPairSums];
  };

  static void pack_panel(const int8_t* w, size_t groups, int8_t* out) {
    for (; groups >= 2; groups -= 2, w += 64, out += kMmlaLineBytes) {
      mmla_store_line(vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48), out);
    }
    const int8x16_t zero = vdupq_n_s8(0);
    if (groups != 0) mmla_store_line(vld1q_s8(w), vld1q_s8(w + 16), zero, zero, out);
  }

  static void add_panel(const Buffers& buffers, size_t rows, size_t lines, int32_t* sums) {
    const int8_t* a = buffers.a;
    size_t pairs = (rows + 1) / 2;
    for (; pairs >= kMmlaPairs; pairs -= kMmlaPairs, sums += kMmlaPairs * kPairSums) {
      add_tile<kMmlaPairs>(a, buffers.w, lines, sums);
      a += lines * kMmlaPairs * 16;
    }
    if (pairs == 3) add_tile<3>(a, buffers.w, lines, sums);
    if (pairs == 2) add_tile<2>(a, buffers.w, lines, sums);
    if (pairs == 1) add_tile<1>(a, buffers.w, lines, sums);
  }

  template <int kPairs>
  static void add_tile(const int8_t* a, const int8_t* w, size_t lines, int32_t* sums) {
    int32x4_t acc[kPairs][4];
#pragma GCC unroll 4
    for (int p = 0; p < kPairs; ++p) {
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) acc[p][q] = vld1q_s32(sums + 16 * p + 4 * q);
    }
    mmla_tile<kPairs>(a, w, lines, acc);
#pragma GCC unroll 4
    for (int p = 0; p < kPairs; ++p) {
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) vst1q_s32(sums + 16 * p + 4 * q, acc[p][q]);
    }
  }

  template <typename Store>
  static void store_panel(const int32_t* sums, size_t rows, const Store& store) {
    for (size_t r = 0; r < rows; r += 2, sums += kPairSums) {
      int64x2_t columns[4];
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) columns[q] = vreinterpretq_s64_s32(vld1q_s32(sums + 4 * q));
      store(r, vreinterpretq_s32_s64(vzip1q_s64(columns[0], columns[1])),
            vreinterpretq_s32_s64(vzip1q_s64(columns[2], columns[3])));
      if (r + 1 == rows) break;
      store(r + 1, vreinterpretq_s32_s64(vzip2q_s64(columns[0], columns[1])),
            vreinterpretq_s32_s64(vzip2q_s64(columns[2], columns[3])));
    }
  }
};

}  // namespace
}  // namespace linnet
