#pragma once

#include <arm_neon.h>

#include <cstring>

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

// gemm_s8s4_f32 on ARM for a given way of forming dot products. Many rows: a panel is unpacked to
// int8, a chunk of k at a time, and reused by up to 64 rows. One row: the nibbles are looked up as
// they stream by. A `Dot` is the instruction set:
//
//   static constexpr int kTileRows;
//   // From one line (two k groups of 8 rows x 4 k: first[2], second[2]) to 64 bytes of its own
//   form. static void store_line(const Line& line, int8_t* out);
//   // sums[r] += a row r (u8) times `lines` stored lines. shifts: 128 * sum of w of the whole
//   block. template <int kRows> static void block(a, a_stride, w, lines, shifts, int32x4_t
//   (&sums)[kRows][2]);
//   // The same for one row and one line that was just looked up; adds 128 * sum of w itself.
//   static void line(a, line, int32x4_t (&sums)[2]);
//
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 64;
constexpr size_t kPanelColumns = 8;
constexpr size_t kChunkK = 512;  // a multiple of every block size
constexpr size_t kChunkBlocks = kChunkK / 32;
constexpr size_t kLineBytes = 32;
constexpr size_t kUnpackedLineBytes = 64;
constexpr size_t kScaleBytes = 16;

// Two k groups of a panel: rows 0…3 and 4…7 of the first, and of the second.
struct Line {
  int8x16_t first[2];
  int8x16_t second[2];
};

struct Unpacked {
  int8_t weights[kChunkK * kPanelColumns];
  float scales[kChunkBlocks * kPanelColumns];
  int32_t shifts[kChunkBlocks * kPanelColumns];
};

size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

struct Lookup {
  explicit Lookup(const int8_t* values) : table(vld1q_s8(values)) {}

  int8x16_t codes(uint8x16_t index) const {
#if defined(__aarch64__)
    return vqtbl1q_s8(table, index);
#else
    const int8x8x2_t halves = {{vget_low_s8(table), vget_high_s8(table)}};
    return vcombine_s8(vtbl2_s8(halves, vreinterpret_s8_u8(vget_low_u8(index))),
                       vtbl2_s8(halves, vreinterpret_s8_u8(vget_high_u8(index))));
#endif
  }

  Line line(const uint8_t* w) const {
    const uint8x16_t mask = vdupq_n_u8(15);
    const uint8x16_t low = vld1q_u8(w);
    const uint8x16_t high = vld1q_u8(w + 16);
    return {{codes(vandq_u8(low, mask)), codes(vandq_u8(high, mask))},
            {codes(vshrq_n_u8(low, 4)), codes(vshrq_n_u8(high, 4))}};
  }

  int8x16_t table;
};

// a - 128 for the four bytes of a k group, twice; or of two groups.
inline int8x8_t load_signed_quad(const uint8_t* a) {
  uint32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return vreinterpret_s8_u32(vdup_n_u32(quad ^ 0x80808080u));
}
inline int8x8_t load_signed_line(const uint8_t* a) {
  return vreinterpret_s8_u8(veor_u8(vld1_u8(a), vdup_n_u8(128)));
}

inline int32x4_t add_pairs(int32x4_t a, int32x4_t b) {
#if defined(__aarch64__)
  return vpaddq_s32(a, b);
#else
  return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)),
                      vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
#endif
}

// 128 * the sum of 4 values of k of 4 rows, for the two groups of a line; half 0: rows 0…3.
inline int32x4_t shift_of(const Line& line, int half) {
  const int16x8_t first = vpaddlq_s8(line.first[half]);
  const int16x8_t both = vpadalq_s8(first, line.second[half]);
  return vshlq_n_s32(vpaddlq_s16(both), 7);
}

// Four f16 scales as f32, exactly.
inline float32x4_t load_scales(const uint8_t* from) {
  uint16x4_t half;
  std::memcpy(&half, from, sizeof half);
#if defined(__aarch64__)
  return vcvt_f32_f16(vreinterpret_f16_u16(half));
#else
  // Not every compiler of this target has f16 types. Subnormals are whole multiples of 2^-24.
  const uint32x4_t bits = vmovl_u16(half);
  const uint32x4_t magnitude = vandq_u32(bits, vdupq_n_u32(0x7fff));
  const uint32x4_t sign = vshlq_n_u32(vandq_u32(bits, vdupq_n_u32(0x8000)), 16);
  const uint32x4_t normal = vaddq_u32(vshlq_n_u32(magnitude, 13), vdupq_n_u32(uint32_t{112} << 23));
  const uint32x4_t subnormal =
      vreinterpretq_u32_f32(vmulq_n_f32(vcvtq_f32_u32(magnitude), 0x1p-24f));
  const uint32x4_t is_subnormal = vcltq_u32(magnitude, vdupq_n_u32(0x400));
  return vreinterpretq_f32_u32(vorrq_u32(vbslq_u32(is_subnormal, subnormal, normal), sign));
#endif
}

// Unpacks k values of a panel.
template <typename Dot>
void unpack_panel(const uint8_t* w, size_t k, size_t block, const Lookup& lookup, Unpacked* out) {
  int8_t* weights = out->weights;
  for (size_t b = 0; b * block < k; ++b) {
    const size_t lines = (smaller(k - b * block, block) + 7) / 8;
    int32x4_t shift[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
    for (size_t l = 0; l < lines; ++l, w += kLineBytes, weights += kUnpackedLineBytes) {
      const Line line = lookup.line(w);
      Dot::store_line(line, weights);
      shift[0] = vaddq_s32(shift[0], shift_of(line, 0));
      shift[1] = vaddq_s32(shift[1], shift_of(line, 1));
    }
    for (size_t half = 0; half < 2; ++half) {
      vst1q_f32(out->scales + b * kPanelColumns + 4 * half, load_scales(w + 8 * half));
      vst1q_s32(out->shifts + b * kPanelColumns + 4 * half, shift[half]);
    }
    w += kScaleBytes;
  }
}

// sums[rows][8] += k values of 1…kRows rows times an unpacked panel.
template <typename Dot, int kRows>
void dot_tile(size_t rows, const uint8_t* a, size_t a_stride, size_t k, size_t block,
              const Unpacked& w, float* sums) {
  if (rows != static_cast<size_t>(kRows)) {
    if constexpr (kRows > 1) {
      dot_tile<Dot, kRows - 1>(rows, a, a_stride, k, block, w, sums);
    }
    return;
  }
  for (size_t b = 0; b * block < k; ++b) {
    const size_t lines = (smaller(k - b * block, block) + 7) / 8;
    const float* scales = w.scales + b * kPanelColumns;
    int32x4_t total[kRows][2];
    Dot::template block<kRows>(a + b * block, a_stride, w.weights + b * block * kPanelColumns,
                               lines, w.shifts + b * kPanelColumns, total);
    const float32x4_t scale[2] = {vld1q_f32(scales), vld1q_f32(scales + 4)};
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        float* acc = sums + static_cast<size_t>(r) * kPanelColumns + 4 * half;
        vst1q_f32(acc, vfmaq_f32(vld1q_f32(acc), vcvtq_f32_s32(total[r][half]), scale[half]));
      }
    }
  }
}

// sums[rows][8] = a times one panel. rows <= kRowChunk.
template <typename Dot>
void dot_panel(const GemmS8S4F32Args& args, const uint8_t* a, size_t rows, const uint8_t* w,
               const Lookup& lookup, float* sums) {
  Unpacked unpacked;
  constexpr size_t kTileRows = static_cast<size_t>(Dot::kTileRows);
  std::memset(sums, 0, rows * kPanelColumns * sizeof(float));
  for (size_t start = 0; start < args.k; start += kChunkK) {
    const size_t length = smaller(args.k - start, kChunkK);
    const size_t offset = start / args.block * (4 * args.block + kScaleBytes);
    unpack_panel<Dot>(w + offset, length, args.block, lookup, &unpacked);
    size_t tiles = (rows + kTileRows - 1) / kTileRows;
    for (size_t i = 0; i < rows; --tiles) {
      const size_t height = (rows - i + tiles - 1) / tiles;
      dot_tile<Dot, Dot::kTileRows>(height, a + i * args.a_stride + start, args.a_stride, length,
                                    args.block, unpacked, sums + i * kPanelColumns);
      i += height;
    }
  }
}

// sums[8] = one row times one panel.
template <typename Dot>
void dot_row(const GemmS8S4F32Args& args, const uint8_t* a, const uint8_t* w, const Lookup& lookup,
             float* sums) {
  float32x4_t acc[2] = {vdupq_n_f32(0.0f), vdupq_n_f32(0.0f)};
  for (size_t start = 0; start < args.k; start += args.block) {
    const size_t lines = (smaller(args.k - start, args.block) + 7) / 8;
    int32x4_t total[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
    for (size_t l = 0; l < lines; ++l, w += kLineBytes) {
      Dot::line(a + start + 8 * l, lookup.line(w), total);
    }
    acc[0] = vfmaq_f32(acc[0], vcvtq_f32_s32(total[0]), load_scales(w));
    acc[1] = vfmaq_f32(acc[1], vcvtq_f32_s32(total[1]), load_scales(w + 8));
    w += kScaleBytes;
  }
  vst1q_f32(sums, acc[0]);
  vst1q_f32(sums + 4, acc[1]);
}

struct Columns {
  float comp[kPanelColumns] = {};
  float bias[kPanelColumns] = {};
  size_t count = 0;
};

inline void store_rows(const GemmS8S4F32Args& args, const float* sums, size_t i, size_t rows,
                       const Columns& columns, float* c) {
  const float32x4_t low = vdupq_n_f32(args.clamp_min);
  const float32x4_t high = vdupq_n_f32(args.clamp_max);
  for (size_t r = 0; r < rows; ++r, sums += kPanelColumns, c += args.c_stride) {
    const size_t parameter = (i + r) * args.a_scale_stride;
    const float32x4_t a_scale = vdupq_n_f32(args.a_scale[parameter]);
    const float32x4_t zero_point = vdupq_n_f32(static_cast<float>(args.a_zero_point[parameter]));
    float all[kPanelColumns];
    float* to = columns.count == kPanelColumns ? c : all;
    for (size_t half = 0; half < 2; ++half) {
      const float32x4_t offset = vmulq_f32(zero_point, vld1q_f32(columns.comp + 4 * half));
      const float32x4_t acc = vsubq_f32(vld1q_f32(sums + 4 * half), offset);
      float32x4_t x = vaddq_f32(vmulq_f32(a_scale, acc), vld1q_f32(columns.bias + 4 * half));
      // Selections, because vmaxq orders zeros by sign.
      x = vbslq_f32(vcltq_f32(x, low), low, x);
      x = vbslq_f32(vcgtq_f32(x, high), high, x);
      vst1q_f32(to + 4 * half, x);
    }
    if (to == all) std::memcpy(c, all, columns.count * sizeof(float));
  }
}

template <typename Dot>
void gemm_arm(const GemmS8S4F32Args& args) {
  const Lookup lookup(args.table);
  float sums[kRowChunk * kPanelColumns];
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = smaller(args.m - i, kRowChunk);
    const uint8_t* a = args.a + i * args.a_stride;
    for (size_t j = 0; j < args.n; j += kPanelColumns) {
      Columns columns;
      columns.count = smaller(args.n - j, kPanelColumns);
      std::memcpy(columns.comp, args.comp + j, columns.count * sizeof(float));
      if (args.bias != nullptr) {
        std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
      }
      const uint8_t* w = args.w + j / kPanelColumns * args.w_panel_stride;
      if (rows == 1) {
        dot_row<Dot>(args, a, w, lookup, sums);
      } else {
        dot_panel<Dot>(args, a, rows, w, lookup, sums);
      }
      store_rows(args, sums, i, rows, columns, args.c + i * args.c_stride + j);
    }
  }
}

}  // namespace
}  // namespace linnet
