#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"
#include "kernels/gemm_s8s8/dot_neon.h"

namespace linnet {
namespace {

// Tables without an entry beyond 31 (as int4 and doubled MXFP4): 8 products of a - 128 and an entry
// fit in 16 bits before they are widened.
struct DeepTile {
  static constexpr int kTileRows = 2;

  template <int kRows>
  static void tile(const RowPointers<kRows>& rows, size_t offset, const int8_t* w, size_t groups,
                   int32x4_t (&sums)[kRows][2]) {
    int32x4_t acc[kRows][4];
#pragma GCC unroll 2
    for (int r = 0; r < kRows; ++r) {
      acc[r][0] = acc[r][1] = acc[r][2] = acc[r][3] = vdupq_n_s32(0);
    }
    for (; groups >= 8; groups -= 8, w += 256) {
      add_groups<8>(rows.row, offset, w, acc);
      offset = opaque(offset + 32);
    }
    for (; groups != 0; --groups, w += 32, offset += 4) add_groups<1>(rows.row, offset, w, acc);
#pragma GCC unroll 2
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = vaddq_s32(sums[r][0], add_pairs(acc[r][0], acc[r][1]));
      sums[r][1] = vaddq_s32(sums[r][1], add_pairs(acc[r][2], acc[r][3]));
    }
  }

 private:
  template <int kGroups, int kRows>
  static void add_groups(const int8_t* const (&rows)[kRows], size_t offset, const int8_t* w,
                         int32x4_t (&acc)[kRows][4]) {
    int16x8_t words[kRows][4];
#pragma GCC unroll 8
    for (int g = 0; g < kGroups; ++g) {
      const int8x16_t weights[2] = {vld1q_s8(w + 32 * g), vld1q_s8(w + 32 * g + 16)};
#pragma GCC unroll 2
      for (int r = 0; r < kRows; ++r) {
        const int8x16_t quad = load_quad(rows[r] + offset + 4 * g);
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
          int16x8_t* const low = &words[r][2 * half];
          const int8x8_t w_low = vget_low_s8(weights[half]);
          if (g == 0) {
            low[0] = vmull_s8(w_low, vget_low_s8(quad));
            low[1] = multiply_high(weights[half], quad);
          } else {
            low[0] = vmlal_s8(low[0], w_low, vget_low_s8(quad));
            low[1] = multiply_add_high(low[1], weights[half], quad);
          }
        }
      }
    }
#pragma GCC unroll 2
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) acc[r][q] = vpadalq_s16(acc[r][q], words[r][q]);
    }
  }
};

// kLines: lines whose products with unsigned entries fit in 16 bits, a group of one each at least.
template <typename Tile, bool kDeepRow>
struct Dot {
  static void pack_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t lines, int8_t* out) {
    pack_plain_rows(a, a_stride, rows, lines, out);
  }

  static void store_line(const Line<int8x16_t>& line, int8_t* out) { store_plain_line(line, out); }

  static void add_rows(const int8_t* a, size_t rows, const Unpacked& w, float* sums) {
    add_plain_rows<Tile>(a, rows, w, sums);
  }

  static float32x4_t row_sums(const float* sums, size_t row, size_t half) {
    return vld1q_f32(sums + row * kPanelColumns + 4 * half);
  }

  // Entries up to 32 above the smallest: 8 products fit in 16 bits, otherwise one.
  template <typename Get>
  static void block(const uint8_t* a, const uint8_t* w, size_t lines, const Get& get,
                    uint32x4_t (&sums)[2]) {
    uint32x4_t acc[4] = {vdupq_n_u32(0), vdupq_n_u32(0), vdupq_n_u32(0), vdupq_n_u32(0)};
    while (lines != 0) {
      uint16x8_t words[4] = {vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0)};
      const size_t step = kDeepRow ? smaller(lines, 4) : 1;
      lines -= step;
      for (size_t l = 0; l < step; ++l, a += 8, w += kLineBytes) {
        const Line<uint8x16_t> line = get(codes_of(load_line(w)));
        add_group(line.first, a, words);
        if (!kDeepRow) widen(words, acc);
        add_group(line.second, a + 4, words);
      }
      widen(words, acc);
    }
    sums[0] = vaddq_u32(sums[0], add_pairs(acc[0], acc[1]));
    sums[1] = vaddq_u32(sums[1], add_pairs(acc[2], acc[3]));
  }

 private:
  static uint32x4_t add_pairs(uint32x4_t a, uint32x4_t b) {
    return vreinterpretq_u32_s32(
        linnet::add_pairs(vreinterpretq_s32_u32(a), vreinterpretq_s32_u32(b)));
  }

  static void add_group(const uint8x16_t (&w)[2], const uint8_t* a, uint16x8_t (&words)[4]) {
    uint32_t quad;
    std::memcpy(&quad, a, sizeof quad);
    const uint8x8_t quads = vreinterpret_u8_u32(vdup_n_u32(quad));
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      words[2 * half] = vmlal_u8(words[2 * half], vget_low_u8(w[half]), quads);
      words[2 * half + 1] = vmlal_u8(words[2 * half + 1], vget_high_u8(w[half]), quads);
    }
  }

  static void widen(uint16x8_t (&words)[4], uint32x4_t (&acc)[4]) {
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      acc[q] = vpadalq_u16(acc[q], words[q]);
      words[q] = vdupq_n_u16(0);
    }
  }
};

}  // namespace

void gemm_s8s4_f32_neon(const GemmS8S4F32Args& args) {
  const RelativeTable table(args.table);
  const bool deep = table.offset >= -31 && table.offset + table.span <= 31;
  const bool deep_row = table.span <= 32;
  if (deep && deep_row) return gemm_arm<Dot<DeepTile, true>>(args);
  if (deep) return gemm_arm<Dot<DeepTile, false>>(args);
  if (deep_row) return gemm_arm<Dot<DotNeon, true>>(args);
  gemm_arm<Dot<DotNeon, false>>(args);
}

}  // namespace linnet
