#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/gemm_s8s8/group_order.h"
#include "kernels/gemm_s8s8/row_blocks_avx2.h"

// The integer part of gemm_s8s8 and gemm_s8s8_f32 on AVX2 with a table of k groups
// (group_order.h): exact int32 dot products of int8 rows with int8 panels. Rows of A are turned
// into u = a + 128 and laid out as the panels are, 8 rows to a block, so that one index finds the k
// group in both. A tile is 8 rows by one panel: sums stay in 8 registers. Everything here is local
// to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kTileSums = kBlockRows * 8;
// Blocks of A at a time: as many as 32 KiB hold, so that they stay in the first cache with the
// weights that they share.
constexpr size_t kPackedBytes = 4 * kOrderChunkGroups * kGroupBytes;
constexpr size_t kMaxBlocks = 16;
// With more than one chunk of k, 4 blocks and 8 pairs of panels, whose sums wait for the next.
constexpr size_t kWaitingPairs = 8;
constexpr size_t kWaitingBlocks = 4;
static_assert(kWaitingPairs * kWaitingBlocks >= kMaxBlocks);

// One chunk of k of a panel. The lists visit the weights in an order that the processor does not
// foresee, so each block of rows asks for its share of the next panel, a little with each group.
struct Chunk {
  const int8_t* w;
  const uint8_t* group;  // the next in the lists
  const int8_t* ahead;
  size_t ahead_step;
};

template <typename Form, int kRows>
[[gnu::always_inline]] inline void add_singles(const uint8_t* a, size_t count, __m256i ones,
                                               Chunk& chunk, __m256i (&acc)[kRows]) {
  for (const uint8_t* const end = chunk.group + count; chunk.group != end; ++chunk.group) {
    _mm_prefetch(reinterpret_cast<const char*>(chunk.ahead), _MM_HINT_T1);
    chunk.ahead += chunk.ahead_step;
    const size_t at = *chunk.group * kGroupBytes;
    const uint8_t* from = a + at;
    keep(from);
    __m256i w = load(chunk.w + at), flip = w;
    Form::prepare(w, flip);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      add_pairs(acc[r], Form::times(broadcast_quad(from + 4 * r), w, flip), ones);
    }
  }
}

template <typename Form, int kRows>
[[gnu::always_inline]] inline void add_doubles(const uint8_t* a, size_t count, __m256i ones,
                                               Chunk& chunk, __m256i (&acc)[kRows]) {
  for (const uint8_t* const end = chunk.group + 2 * count; chunk.group != end; chunk.group += 2) {
    _mm_prefetch(reinterpret_cast<const char*>(chunk.ahead), _MM_HINT_T1);
    chunk.ahead += 2 * chunk.ahead_step;
    const size_t at0 = chunk.group[0] * kGroupBytes, at1 = chunk.group[1] * kGroupBytes;
    const uint8_t *from0 = a + at0, *from1 = a + at1;
    keep(from0);
    keep(from1);
    __m256i w0 = load(chunk.w + at0), w1 = load(chunk.w + at1), flip0 = w0, flip1 = w1;
    Form::prepare(w0, flip0);
    Form::prepare(w1, flip1);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      add_pairs(acc[r],
                _mm256_add_epi16(Form::times(broadcast_quad(from0 + 4 * r), w0, flip0),
                                 Form::times(broadcast_quad(from1 + 4 * r), w1, flip1)),
                ones);
    }
  }
}

// sums[r][0…8) = first[r * first_stride…] + rows r of a block times a panel, over one chunk of k.
// order: the counts and lists of the chunk. Eight arguments instead of a structure: a short chunk
// would wait for it to pass through memory.
template <int kRows>
[[gnu::noinline]] void dot_block(const uint8_t* a, const int8_t* w, const uint8_t* order,
                                 const int8_t* ahead, size_t ahead_step, const int32_t* first,
                                 size_t first_stride, int32_t* sums) {
  uint16_t count[4];
  std::memcpy(count, order, sizeof count);
  Chunk chunk = {w, order + kOrderCountBytes, ahead, ahead_step};
  __m256i ones = _mm256_set1_epi16(1);
  keep(ones);
  __m256i acc[kRows];
#pragma GCC unroll 8
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) acc[r] = load(first + r * first_stride);
  add_doubles<Plain>(a, count[0], ones, chunk, acc);
  add_singles<Plain>(a, count[1], ones, chunk, acc);
  add_doubles<Signed>(a, count[2], ones, chunk, acc);
  add_singles<Signed>(a, count[3], ones, chunk, acc);
#pragma GCC unroll 8
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + 8 * r), acc[r]);
  }
}

template <int kRows = static_cast<int>(kBlockRows)>
void dot_rows(size_t rows, const uint8_t* a, const Chunk& chunk, const int32_t* first,
              size_t first_stride, int32_t* sums) {
  if (rows >= static_cast<size_t>(kRows)) {
    dot_block<kRows>(a, chunk.w, chunk.group, chunk.ahead, chunk.ahead_step, first, first_stride,
                     sums);
  } else if constexpr (kRows > 1) {
    dot_rows<kRows - 1>(rows, a, chunk, first, first_stride, sums);
  }
}

struct OrderedProblem {
  size_t m, n, k;
  const int8_t* a;
  size_t a_stride;
  const int8_t* w;
  size_t w_panel_stride;
  const uint8_t* order;
  size_t order_stride;
};

// Sums of a block of rows with two panels: column 8 p + i of row r is at [p][8 r + i].
using PairSums = int32_t[2][kTileSums];

// A panel times the packed rows. begin: what the sums start with, or null to go on.
void dot_panel(const uint8_t* packed, size_t rows, size_t groups, Chunk chunk, const int32_t* begin,
               size_t p, PairSums* sums) {
  for (size_t b = 0; b < rows; b += kBlockRows, packed += block_bytes(groups), ++sums) {
    int32_t* tile = (*sums)[p];
    dot_rows(rows - b, packed, chunk, begin != nullptr ? begin : tile, begin != nullptr ? 0 : 8,
             tile);
    chunk.ahead += groups * chunk.ahead_step;
  }
}

// A last panel without a neighbour: its neighbour's sums are not used, but read.
void clear_second(size_t rows, PairSums* sums) {
  for (size_t b = 0; b < rows; b += kBlockRows, ++sums)
    std::memset((*sums)[1], 0, sizeof(*sums)[1]);
}

// Hands store(i, rows, j, sums[blocks]) the products of rows i… and of columns j…j + 15, once each.
// start(j, begin) adds to what the sums of columns j…j + 7 begin with.
template <typename Start, typename Store>
void dot_ordered(const OrderedProblem& p, const Start& start, const Store& store) {
  alignas(64) uint8_t packed[kPackedBytes];
  alignas(32) PairSums sums[kWaitingPairs * kWaitingBlocks];
  alignas(32) int32_t begin[8];
  const size_t groups = p.k / 4 + (p.k % 4 != 0);
  const bool whole = groups <= kOrderChunkGroups;
  const size_t fit = whole ? kPackedBytes / block_bytes(groups) : kWaitingBlocks;
  const size_t blocks = fit < kMaxBlocks ? fit : kMaxBlocks;
  const size_t columns = whole ? p.n : 16 * kWaitingPairs;
  for (size_t i = 0; i < p.m; i += blocks * kBlockRows) {
    const size_t rows = p.m - i < blocks * kBlockRows ? p.m - i : blocks * kBlockRows;
    const size_t shares = (rows + kBlockRows - 1) / kBlockRows;
    const int8_t* a = p.a + i * p.a_stride;
    for (size_t j0 = 0; j0 < p.n; j0 += columns) {
      const size_t j1 = p.n - j0 < columns ? p.n : j0 + columns;
      for (size_t g = 0; g < groups; g += kOrderChunkGroups) {
        const size_t length = groups - g < kOrderChunkGroups ? groups - g : kOrderChunkGroups;
        pack_rows(a + 4 * g, p.a_stride, rows, length, packed);
        for (size_t j = j0; j < j1; j += 8) {
          PairSums* pair = sums + (whole ? 0 : (j - j0) / 16 * blocks);
          const uint8_t* order = p.order + j / 8 * p.order_stride;
          if (g == 0) {
            std::memcpy(begin, order, kOrderOffsetBytes);
            start(j, begin);
          }
          Chunk chunk;
          chunk.w = p.w + j / 8 * p.w_panel_stride + g * kGroupBytes;
          chunk.group = order + kOrderOffsetBytes + g / kOrderChunkGroups * kOrderChunkBytes;
          chunk.ahead_step = (kGroupBytes + shares - 1) / shares;
          chunk.ahead = chunk.w + (j + 8 < j1 ? p.w_panel_stride : 0);
          dot_panel(packed, rows, length, chunk, g == 0 ? begin : nullptr, j / 8 % 2, pair);
          if (g + length == groups && (j / 8 % 2 == 1 || j + 8 >= j1)) {
            if (j / 8 % 2 == 0) clear_second(rows, pair);
            store(i, rows, j / 16 * 16, pair);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace linnet
