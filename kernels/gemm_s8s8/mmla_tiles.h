#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Tiles of the smmla instruction (2 rows of A times 2 rows of W, 8 deep), for kernels that copy
// both sides into its order first. A line is 8 values of k. Everything here is local to the file
// that includes it.
//
//   A: tiles of 4 pairs of rows, the last may have fewer; in a tile [line][pair][2 rows][8 k]
//   W: [line][pair of rows][2 rows][8 k], 64 bytes a line
//   sums of a pair: 4 registers, one for each pair of columns: [row][column]

namespace linnet {
namespace {

constexpr size_t kMmlaPairs = 4;  // of rows in a full tile: 16 sums, 4 + 4 operands
constexpr size_t kMmlaLineBytes = 64;

// Copies rows of `groups` groups of 4 values, with `flip` (0, or 128 to make u8 signed) xored onto
// each value. A row that is missing in a pair, and the second half of a last single group, are
// copied as zeros.
inline void mmla_pack_rows(const void* a, size_t a_stride, size_t rows, size_t groups, uint8_t flip,
                           int8_t* out) {
  const uint64_t flips = flip * UINT64_C(0x0101010101010101);
  const size_t lines = (groups + 1) / 2;
  for (size_t first = 0; first < rows; first += 2 * kMmlaPairs) {
    const size_t height = rows - first < 2 * kMmlaPairs ? rows - first : 2 * kMmlaPairs;
    const size_t step = (height + 1) / 2 * 16;
    for (size_t r = 0; r < height; ++r) {
      const auto* from = static_cast<const uint8_t*>(a) + (first + r) * a_stride;
      int8_t* to = out + 8 * r;
      for (size_t l = 0; l < lines; ++l, from += 8, to += step) {
        uint64_t values = 0;
        if (2 * l + 1 < groups) {
          std::memcpy(&values, from, 8);
        } else {
          std::memcpy(&values, from, 4);
        }
        values ^= flips;
        std::memcpy(to, &values, 8);
      }
    }
    if (height % 2 != 0) {
      for (size_t l = 0; l < lines; ++l) std::memset(out + l * step + 8 * height, 0, 8);
    }
    out += lines * step;
  }
}

// Two k groups of a panel (rows 0…3 and 4…7 of each) as one line.
inline void mmla_store_line(int8x16_t first0, int8x16_t first1, int8x16_t second0,
                            int8x16_t second1, int8_t* out) {
  const int32x4_t first[2] = {vreinterpretq_s32_s8(first0), vreinterpretq_s32_s8(first1)};
  const int32x4_t second[2] = {vreinterpretq_s32_s8(second0), vreinterpretq_s32_s8(second1)};
#pragma GCC unroll 2
  for (int half = 0; half < 2; ++half) {
    vst1q_s8(out + 32 * half, vreinterpretq_s8_s32(vzip1q_s32(first[half], second[half])));
    vst1q_s8(out + 32 * half + 16, vreinterpretq_s8_s32(vzip2q_s32(first[half], second[half])));
  }
}

// kPairs operands that stand side by side. One instruction for four counts as fewer operations on
// some cores than two loads of pairs, which compilers prefer.
template <int kPairs>
inline int8x16x4_t mmla_load(const int8_t* from) {
  if constexpr (kPairs == 4) return vld1q_s8_x4(from);
  int8x16x4_t operands;
#pragma GCC unroll 4
  for (int p = 0; p < 4; ++p) operands.val[p] = vld1q_s8(from + 16 * (p < kPairs ? p : 0));
  return operands;
}

template <int kPairs>
inline void mmla_step(const int8_t* a, const int8_t* w, int32x4_t (&acc)[kPairs][4]) {
  const int8x16x4_t rows = mmla_load<kPairs>(a);
  const int8x16x4_t weights = mmla_load<4>(w);
#pragma GCC unroll 4
  for (int p = 0; p < kPairs; ++p) {
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) acc[p][q] = vmmlaq_s32(acc[p][q], rows.val[p], weights.val[q]);
  }
}

// acc += A times W.
template <int kPairs>
inline void mmla_tile(const int8_t* a, const int8_t* w, size_t lines, int32x4_t (&acc)[kPairs][4]) {
  for (; lines >= 2; lines -= 2, a += 32 * kPairs, w += 2 * kMmlaLineBytes) {
    mmla_step<kPairs>(a, w, acc);
    mmla_step<kPairs>(a + 16 * kPairs, w + kMmlaLineBytes, acc);
  }
  if (lines != 0) mmla_step<kPairs>(a, w, acc);
}

}  // namespace
}  // namespace linnet
