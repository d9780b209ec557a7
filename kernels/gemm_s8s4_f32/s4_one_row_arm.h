#pragma once

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"
#include "kernels/gemm_s8s4_f32/s4_panels_arm.h"

// gemm_s8s4_f32 of one row on ARM: the nibbles are used as they stream by. Table entries are taken
// relative to the smallest, so that both sides are unsigned and plain int4 needs no look-up:
//
//   sum of a * entry = sum of a * (entry - smallest) + smallest * (sum of a)
//
// The last term is the same for all columns. A `Dot` is the instruction set:
//
//   // sums[half] += a (u8) times `lines` lines of codes, entry - smallest = get(code line).
//   template <typename Get> static void block(a, w, lines, get, uint32x4_t (&sums)[2]);
//
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kRowK = 4096;  // values of k at a time: a multiple of every block size
constexpr size_t kRowPanels = 32;

struct RelativeTable {
  explicit RelativeTable(const int8_t* entries) {
    int smallest = entries[0];
    int largest = entries[0];
    for (int code = 1; code < 16; ++code) {
      smallest = entries[code] < smallest ? entries[code] : smallest;
      largest = entries[code] > largest ? entries[code] : largest;
    }
    uint8_t relative[16];
    linear = true;
    for (int code = 0; code < 16; ++code) {
      relative[code] = static_cast<uint8_t>(entries[code] - smallest);
      linear = linear && relative[code] == code;
    }
    table = vld1q_u8(relative);
    offset = smallest;
    span = largest - smallest;
  }

  uint8x16_t table;  // entry - smallest
  int32_t offset;    // the smallest entry
  int32_t span;      // the largest of `table`
  bool linear;       // the table holds its indices
};

inline uint32_t sum_of_lines(const uint8_t* a, size_t lines) {
  uint16x4_t pairs = vdup_n_u16(0);
  for (size_t l = 0; l < lines; ++l) pairs = vpadal_u8(pairs, vld1_u8(a + 8 * l));
  const uint32x2_t total = vpaddl_u16(pairs);
  return vget_lane_u32(total, 0) + vget_lane_u32(total, 1);
}

// acc += one block of a row, `lines` long, times one panel; w is moved to the next block. offset:
// table.offset * sum of a.
template <typename Dot, typename Get>
inline void add_block(const uint8_t* a, const uint8_t** w, size_t lines, int32_t offset,
                      const Get& get, float32x4_t (&acc)[2]) {
  const uint32x4_t start = vdupq_n_u32(static_cast<uint32_t>(offset));
  uint32x4_t total[2] = {start, start};
  Dot::block(a, *w, lines, get, total);
  const uint8_t* scales = *w + lines * kLineBytes;
#pragma GCC unroll 2
  for (int half = 0; half < 2; ++half) {
    const float32x4_t sum = vcvtq_f32_s32(vreinterpretq_s32_u32(total[half]));
    acc[half] = vfmaq_f32(acc[half], sum, load_scales(scales + 8 * half));
  }
  *w = scales + kScaleBytes;
}

// acc += k values of a row times one panel.
template <typename Dot, typename Get>
void add_row(const uint8_t* a, const uint8_t* w, size_t k, size_t block, const int32_t* offsets,
             const Get& get, float* sums) {
  float32x4_t acc[2] = {vld1q_f32(sums), vld1q_f32(sums + 4)};
  size_t start = 0;
  if (block == 32) {  // a number of lines that the compiler knows
    for (; start + 32 <= k; start += 32) add_block<Dot>(a + start, &w, 4, *offsets++, get, acc);
  }
  for (; start < k; start += block) {
    const size_t lines = (smaller(k - start, block) + 7) / 8;
    add_block<Dot>(a + start, &w, lines, *offsets++, get, acc);
  }
  vst1q_f32(sums, acc[0]);
  vst1q_f32(sums + 4, acc[1]);
}

// sums[panel][8] = one row times `panels` panels, at most kRowPanels.
template <typename Dot>
void dot_row(const GemmS8S4F32Args& args, const uint8_t* a, const uint8_t* w, size_t panels,
             const RelativeTable& table, float* sums) {
  const auto get_code = [](const Line<uint8x16_t>& codes) { return codes; };
  const auto get_entry = [&](const Line<uint8x16_t>& codes) { return look_up(table.table, codes); };
  std::memset(sums, 0, panels * kPanelColumns * sizeof(float));
  for (size_t start = 0; start < args.k; start += kRowK) {
    const size_t length = smaller(args.k - start, kRowK);
    int32_t offsets[kRowK / 32];
    for (size_t b = 0; b * args.block < length; ++b) {
      const size_t lines = (smaller(length - b * args.block, args.block) + 7) / 8;
      const uint32_t sum = sum_of_lines(a + start + b * args.block, lines);
      offsets[b] = table.offset * static_cast<int32_t>(sum);
    }
    const uint8_t* from = w + start / args.block * (4 * args.block + kScaleBytes);
    for (size_t p = 0; p < panels; ++p, from += args.w_panel_stride) {
      float* to = sums + p * kPanelColumns;
      if (table.linear) {
        add_row<Dot>(a + start, from, length, args.block, offsets, get_code, to);
      } else {
        add_row<Dot>(a + start, from, length, args.block, offsets, get_entry, to);
      }
    }
  }
}

}  // namespace
}  // namespace linnet
