#pragma once

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"
#include "kernels/gemm_sparse_s8s4_f32/gemm_sparse_s8s4_f32.h"

// gemm_sparse_s8s4_f32 on ARM: tiles of a few rows by one panel, nibbles are looked up as they
// stream by. Activations are taken as a - 128, and 128 * sum of w makes up for it. A `Dot` is the
// instruction set:
//
//   static constexpr int kTileRows;
//   // sums[r] = row r, minus 128, times the lines of a block.
//   template <int kRows> static void block(const uint8_t* a, size_t a_stride, const BlockLines&,
//                                          int32x4_t (&sums)[kRows][2]);
//
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

struct BlockLines {
  const uint16_t* groups;  // two a line
  const uint8_t* w;
  size_t count;
  uint8x16_t table;
};

// One panel: the lines of each block, and what follows them.
struct SparsePanel {
  const uint8_t* lines;
  size_t blocks;
  const uint16_t* groups;
  const uint16_t* scales;
  const uint8_t* w;
};

inline SparsePanel select_panel(const GemmSparseS8S4F32Args& args, size_t p) {
  SparsePanel panel;
  panel.blocks = (args.gemm.k + args.gemm.block - 1) / args.gemm.block;
  panel.lines = args.w.lines + p * panel.blocks;
  panel.groups = args.w.groups + 2 * size_t{args.w.first[p]};
  panel.scales = args.w.scales + 8 * size_t{args.w.first_scale[p]};
  panel.w = args.w.w + kLineBytes * args.w.first[p];
  return panel;
}

inline Line<int8x16_t> load_entries(const uint8_t* w, uint8x16_t table) {
  const Line<uint8x16_t> entries = look_up(table, codes_of(load_line(w)));
  return {{vreinterpretq_s8_u8(entries.first[0]), vreinterpretq_s8_u8(entries.first[1])},
          {vreinterpretq_s8_u8(entries.second[0]), vreinterpretq_s8_u8(entries.second[1])}};
}

// The 4 codes at `a` minus 128, four times.
inline int8x16_t load_centred(const uint8_t* a) {
  uint32_t four;
  std::memcpy(&four, a, sizeof four);
  return vreinterpretq_s8_u32(vdupq_n_u32(four ^ 0x80808080u));
}

// 128 * the sum of each column's weights, from sums of neighbours.
inline int32x4_t shift_of(int16x8_t pairs) { return vshlq_n_s32(vpaddlq_s16(pairs), 7); }

// sums[kRows][8] = rows times a panel.
template <typename Dot, int kRows>
void sparse_tile(const uint8_t* a, size_t a_stride, SparsePanel panel, uint8x16_t table,
                 float* sums) {
  std::memset(sums, 0, kRows * kPanelColumns * sizeof(float));
  for (size_t b = 0; b < panel.blocks; ++b) {
    const size_t count = panel.lines[b];
    if (count == 0) continue;
    int32x4_t total[kRows][2];
    Dot::template block<kRows>(a, a_stride, {panel.groups, panel.w, count, table}, total);
    const auto* scales = reinterpret_cast<const uint8_t*>(panel.scales);
    const float32x4_t scale[2] = {load_scales(scales), load_scales(scales + 8)};
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        float* acc = sums + 8 * r + 4 * half;
        vst1q_f32(acc, vfmaq_f32(vld1q_f32(acc), vcvtq_f32_s32(total[r][half]), scale[half]));
      }
    }
    panel.groups += 2 * count;
    panel.w += kLineBytes * count;
    panel.scales += 8;
  }
}

template <typename Dot, int kRows>
void sparse_rows(size_t rows, const uint8_t* a, size_t a_stride, const SparsePanel& panel,
                 uint8x16_t table, float* sums) {
  if (rows == static_cast<size_t>(kRows)) {
    sparse_tile<Dot, kRows>(a, a_stride, panel, table, sums);
  } else if constexpr (kRows > 1) {
    sparse_rows<Dot, kRows - 1>(rows, a, a_stride, panel, table, sums);
  }
}

template <typename Dot>
void gemm_sparse_arm(const GemmSparseS8S4F32Args& args) {
  constexpr size_t kTileRows = static_cast<size_t>(Dot::kTileRows);
  const GemmS8S4F32Args& gemm = args.gemm;
  const uint8x16_t table = vreinterpretq_u8_s8(vld1q_s8(gemm.table));
  float sums[kTileRows * kPanelColumns];
  const auto row_sums = [&](size_t row, size_t half) {
    return vld1q_f32(sums + row * kPanelColumns + 4 * half);
  };
  for (size_t i0 = 0; i0 < gemm.m; i0 += kRowChunk) {
    const size_t end = i0 + smaller(gemm.m - i0, kRowChunk);
    for (size_t j = 0; j < gemm.n; j += kPanelColumns) {
      const SparsePanel panel = select_panel(args, j / kPanelColumns);
      size_t tiles = (end - i0 + kTileRows - 1) / kTileRows;
      for (size_t i = i0, rows = 0; i < end; i += rows, --tiles) {
        rows = (end - i + tiles - 1) / tiles;
        const uint8_t* a = gemm.a + i * gemm.a_stride;
        sparse_rows<Dot, Dot::kTileRows>(rows, a, gemm.a_stride, panel, table, sums);
        store_panel(gemm, i, rows, j, row_sums);
      }
    }
  }
}

}  // namespace
}  // namespace linnet
