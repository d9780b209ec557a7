#pragma once

#include "kernels/gemm_s8s4_f32/s4_one_row_arm.h"
#include "kernels/gemm_s8s8/dot_rows_arm.h"

// gemm_s8s4_f32 on ARM for a given way of forming dot products. Many rows, a chunk of k at a time:
// the rows are copied as a - 128 (they serve several panels), and a panel is unpacked to int8 (it
// serves up to 64 rows). One row: s4_one_row_arm.h, whose Dot is the same. A `Dot`:
//
//   // Copies `lines` lines of 8 values of k of the rows, minus 128.
//   static void pack_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t lines, int8_t*);
//   // Writes one line of a panel as 64 bytes.
//   static void store_line(const Line<int8x16_t>& line, int8_t* out);
//   // Adds the products of the packed rows with an unpacked panel to sums, in an order of its own.
//   static void add_rows(const int8_t* a, size_t rows, const Unpacked& w, float* sums);
//   // Columns 4 * half … of a row of such sums.
//   static float32x4_t row_sums(const float* sums, size_t row, size_t half);
//
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kChunkK = 256;  // a multiple of every block size
constexpr size_t kChunkPanels = 8;
constexpr size_t kChunkBlocks = kChunkK / 32;

// A chunk of a panel; shifts[block] is 128 * the sum of a column's weights.
struct Unpacked {
  size_t k;
  size_t block;
  alignas(64) int8_t weights[kChunkK * kPanelColumns];
  float scales[kChunkBlocks][kPanelColumns];
  int32_t shifts[kChunkBlocks][kPanelColumns];

  size_t lines(size_t b) const { return (smaller(k - b * block, block) + 7) / 8; }
};

// `k` and `block` are set already.
template <typename Dot>
void unpack_panel(const uint8_t* w, int8x16_t table, Unpacked* out) {
  int8_t* weights = out->weights;
  for (size_t b = 0; b * out->block < out->k; ++b) {
    // At most 32 values of 127 a lane.
    int16x8_t sums[2] = {vdupq_n_s16(0), vdupq_n_s16(0)};
    for (size_t l = out->lines(b); l != 0; --l, w += kLineBytes, weights += kUnpackedLineBytes) {
      const Line<uint8x16_t> entries = look_up(vreinterpretq_u8_s8(table), codes_of(load_line(w)));
      Line<int8x16_t> line;
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        line.first[half] = vreinterpretq_s8_u8(entries.first[half]);
        line.second[half] = vreinterpretq_s8_u8(entries.second[half]);
        sums[half] = vpadalq_s8(vpadalq_s8(sums[half], line.first[half]), line.second[half]);
      }
      Dot::store_line(line, weights);
    }
    for (size_t half = 0; half < 2; ++half) {
      vst1q_f32(out->scales[b] + 4 * half, load_scales(w + 8 * half));
      vst1q_s32(out->shifts[b] + 4 * half, vshlq_n_s32(vpaddlq_s16(sums[half]), 7));
    }
    w += kScaleBytes;
  }
}

// What a chunk of rows and panels needs, on the stack.
struct Workspace {
  alignas(64) int8_t a[kRowChunk * kChunkK];
  alignas(64) float sums[kChunkPanels][kRowChunk * kPanelColumns];
  Unpacked w;
};

// work->sums[panel] = rows times `panels` panels.
template <typename Dot>
void dot_panels(const GemmS8S4F32Args& args, const uint8_t* a, size_t rows, const uint8_t* w,
                size_t panels, Workspace* work) {
  const int8x16_t table = vld1q_s8(args.table);
  for (size_t p = 0; p < panels; ++p) {
    std::memset(work->sums[p], 0, (rows + 1) / 2 * 2 * kPanelColumns * sizeof(float));
  }
  work->w.block = args.block;
  for (size_t start = 0; start < args.k; start += kChunkK) {
    work->w.k = smaller(args.k - start, kChunkK);
    Dot::pack_rows(a + start, args.a_stride, rows, (work->w.k + 7) / 8, work->a);
    const uint8_t* from = w + start / args.block * (4 * args.block + kScaleBytes);
    for (size_t p = 0; p < panels; ++p, from += args.w_panel_stride) {
      unpack_panel<Dot>(from, table, &work->w);
      Dot::add_rows(work->a, rows, work->w, work->sums[p]);
    }
  }
}

// The result of one panel from row i, column j; sums(row, half) are four sums.
template <typename Sums>
void store_panel(const GemmS8S4F32Args& args, size_t i, size_t rows, size_t j, const Sums& sums) {
  const size_t count = smaller(args.n - j, kPanelColumns);
  const PanelValues<float32x4_t> comp(args.comp + j, count);
  const PanelValues<float32x4_t> bias(args.bias != nullptr ? args.bias + j : nullptr, count);
  const float32x4_t low = vdupq_n_f32(args.clamp_min);
  const float32x4_t high = vdupq_n_f32(args.clamp_max);
  float* c = args.c + i * args.c_stride + j;
  for (size_t r = 0; r < rows; ++r, c += args.c_stride) {
    const size_t parameter = (i + r) * args.a_scale_stride;
    const float32x4_t a_scale = vdupq_n_f32(args.a_scale[parameter]);
    const float32x4_t zero_point = vdupq_n_f32(static_cast<float>(args.a_zero_point[parameter]));
    float all[kPanelColumns];
    float* to = count == kPanelColumns ? c : all;
    for (size_t half = 0; half < 2; ++half) {
      const float32x4_t offset = vmulq_f32(zero_point, comp.half[half]);
      const float32x4_t acc = vsubq_f32(sums(r, half), offset);
      float32x4_t x = vaddq_f32(vmulq_f32(a_scale, acc), bias.half[half]);
      // Selections, because vmaxq orders zeros by sign.
      x = vbslq_f32(vcltq_f32(x, low), low, x);
      x = vbslq_f32(vcgtq_f32(x, high), high, x);
      vst1q_f32(to + 4 * half, x);
    }
    if (to == all) std::memcpy(c, all, count * sizeof(float));
  }
}

template <typename Dot>
void gemm_one_row(const GemmS8S4F32Args& args, size_t i) {
  const RelativeTable table(args.table);
  float sums[kRowPanels * kPanelColumns];
  for (size_t j = 0; j < args.n; j += kRowPanels * kPanelColumns) {
    const size_t panels = smaller((args.n - j + 7) / 8, kRowPanels);
    dot_row<Dot>(args, args.a + i * args.a_stride, args.w + j / 8 * args.w_panel_stride, panels,
                 table, sums);
    for (size_t p = 0; p < panels; ++p) {
      store_panel(args, i, 1, j + 8 * p, [&](size_t, size_t half) {
        return vld1q_f32(sums + p * kPanelColumns + 4 * half);
      });
    }
  }
}

template <typename Dot>
void gemm_many_rows(const GemmS8S4F32Args& args, size_t i, size_t rows) {
  Workspace work;
  for (size_t j = 0; j < args.n; j += kChunkPanels * kPanelColumns) {
    const size_t panels = smaller((args.n - j + 7) / 8, kChunkPanels);
    dot_panels<Dot>(args, args.a + i * args.a_stride, rows, args.w + j / 8 * args.w_panel_stride,
                    panels, &work);
    for (size_t p = 0; p < panels; ++p) {
      store_panel(args, i, rows, j + 8 * p,
                  [&](size_t row, size_t half) { return Dot::row_sums(work.sums[p], row, half); });
    }
  }
}

template <typename Dot>
void gemm_arm(const GemmS8S4F32Args& args) {
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = smaller(args.m - i, kRowChunk);
    if (rows == 1) {
      gemm_one_row<Dot>(args, i);
    } else {
      gemm_many_rows<Dot>(args, i, rows);
    }
  }
}

// --- what neon and neondot share: packed rows side by side, sums row by row ---------------------

// Rows of kChunkK bytes.
inline void pack_plain_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t lines,
                            int8_t* out) {
  for (size_t r = 0; r < rows; ++r, a += a_stride, out += kChunkK) {
    size_t l = 0;
    for (; l + 2 <= lines; l += 2) {
      vst1q_s8(out + 8 * l, vreinterpretq_s8_u8(veorq_u8(vld1q_u8(a + 8 * l), vdupq_n_u8(128))));
    }
    if (l < lines) {
      vst1_s8(out + 8 * l, vreinterpret_s8_u8(veor_u8(vld1_u8(a + 8 * l), vdup_n_u8(128))));
    }
  }
}

inline void store_plain_line(const Line<int8x16_t>& line, int8_t* out) {
  vst1q_s8(out, line.first[0]);
  vst1q_s8(out + 16, line.first[1]);
  vst1q_s8(out + 32, line.second[0]);
  vst1q_s8(out + 48, line.second[1]);
}

// sums[rows][8] += 1…kRows packed rows times a panel. Tile::tile<kRows>() is that of gemm_s8s8.
template <typename Tile, int kRows>
void add_plain_tile(const int8_t* a, size_t rows, const Unpacked& w, float* sums) {
  if (rows != static_cast<size_t>(kRows)) {
    if constexpr (kRows > 1) add_plain_tile<Tile, kRows - 1>(a, rows, w, sums);
    return;
  }
  const RowPointers<kRows> pointers(a, kChunkK);
  for (size_t b = 0; b * w.block < w.k; ++b) {
    const int32x4_t shift[2] = {vld1q_s32(w.shifts[b]), vld1q_s32(w.shifts[b] + 4)};
    int32x4_t total[kRows][2];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      total[r][0] = shift[0];
      total[r][1] = shift[1];
    }
    Tile::template tile<kRows>(pointers, b * w.block, w.weights + b * w.block * kPanelColumns,
                               2 * w.lines(b), total);
    keep_loads_apart();  // the sums stay in memory: products take all registers
    const float32x4_t scale[2] = {vld1q_f32(w.scales[b]), vld1q_f32(w.scales[b] + 4)};
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      float* acc = sums + static_cast<size_t>(r) * kPanelColumns;
      const float32x4_t first = vld1q_f32(acc), second = vld1q_f32(acc + 4);
      vst1q_f32(acc, vfmaq_f32(first, vcvtq_f32_s32(total[r][0]), scale[0]));
      vst1q_f32(acc + 4, vfmaq_f32(second, vcvtq_f32_s32(total[r][1]), scale[1]));
      keep_loads_apart();  // in pairs
    }
  }
}

// In tiles of nearly equal height.
template <typename Tile>
void add_plain_rows(const int8_t* a, size_t rows, const Unpacked& w, float* sums) {
  constexpr size_t kTileRows = static_cast<size_t>(Tile::kTileRows);
  size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (size_t i = 0; i < rows; --tiles) {
    const size_t height = (rows - i + tiles - 1) / tiles;
    add_plain_tile<Tile, Tile::kTileRows>(a + i * kChunkK, height, w, sums + i * kPanelColumns);
    i += height;
  }
}

}  // namespace
}  // namespace linnet
