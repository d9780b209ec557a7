#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

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
constexpr size_t kBlocks = 4;  // of a whole chunk
constexpr size_t kMaxBlocks = 16;
constexpr size_t kPackedBytes = kBlocks * kOrderChunkGroups * kGroupBytes;
// All rows go through a range of columns before the next: as many as 256 KiB of weights, which the
// second cache keeps. With more than one chunk of k, 8 pairs of panels, whose sums wait for the
// next chunk.
constexpr size_t kRangeBytes = size_t{256} << 10;
constexpr size_t kWaitingPairs = 8;
static_assert(kWaitingPairs * kBlocks >= kMaxBlocks);

// One chunk of k of a panel, prepared once for all blocks of rows that it is multiplied with.
struct PanelChunk {
  const int8_t* w;
  // The panel after it. The lists visit the weights in an order that the processor does not
  // foresee, so each block of rows asks for it, a little with each group.
  const int8_t* next;
  uint16_t count[4];  // as in the table
  // Bytes from the start of w, and of a block of A, to the groups in the order of the lists.
  alignas(32) uint32_t offset[kOrderChunkGroups];
  // What Signed::prepare() makes of the signed groups: magnitudes and flips in turn.
  alignas(32) int8_t signed_w[2 * kOrderChunkGroups * kGroupBytes];
};

// order: the counts and lists of the chunk.
void prepare_chunk(const uint8_t* order, size_t groups, PanelChunk* out) {
  std::memcpy(out->count, order, sizeof out->count);
  for (size_t i = 0; i < groups; i += 8) {
    const __m128i group =
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(order + kOrderCountBytes + i));
    store(out->offset + i, _mm256_slli_epi32(_mm256_cvtepu8_epi32(group), 5));
  }
  int8_t* to = out->signed_w;
  for (size_t i = size_t{2} * out->count[0] + out->count[1]; i < groups; ++i) {
    __m256i w = load(out->w + out->offset[i]), flip = w;
    Signed::prepare(w, flip);
    store(to, w);
    store(to + kGroupBytes, flip);
    to += 2 * kGroupBytes;
  }
}

// What is left of a chunk.
struct Groups {
  const uint32_t* offset;
  const int8_t* w;
  const int8_t* signed_w;
  const int8_t* next;
};

// The operands of Form::times() for a group.
template <typename Form>
[[gnu::always_inline]] inline void load_weights(Groups& groups, size_t at, __m256i& w,
                                                __m256i& flip) {
  if constexpr (std::is_same_v<Form, Signed>) {
    w = load(groups.signed_w);
    flip = load(groups.signed_w + kGroupBytes);
    groups.signed_w += 2 * kGroupBytes;
  } else {
    w = flip = load(groups.w + at);
  }
}

template <typename Form, int kRows>
[[gnu::always_inline]] inline void add_singles(const uint8_t* a, size_t count, __m256i ones,
                                               Groups& groups, __m256i (&acc)[kRows]) {
  for (const uint32_t* const end = groups.offset + count; groups.offset != end; ++groups.offset) {
    const size_t at = *groups.offset;
    _mm_prefetch(reinterpret_cast<const char*>(groups.next), _MM_HINT_T1);
    groups.next += kGroupBytes;
    const uint8_t* from = a + at;
    keep(from);
    __m256i w, flip;
    load_weights<Form>(groups, at, w, flip);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      add_pairs(acc[r], Form::times(broadcast_quad(from + 4 * r), w, flip), ones);
    }
  }
}

template <typename Form, int kRows>
[[gnu::always_inline]] inline void add_doubles(const uint8_t* a, size_t count, __m256i ones,
                                               Groups& groups, __m256i (&acc)[kRows]) {
  for (const uint32_t* const end = groups.offset + 2 * count; groups.offset != end;
       groups.offset += 2) {
    const size_t at0 = groups.offset[0], at1 = groups.offset[1];
    _mm_prefetch(reinterpret_cast<const char*>(groups.next), _MM_HINT_T1);
    groups.next += 2 * kGroupBytes;
    const uint8_t *from0 = a + at0, *from1 = a + at1;
    keep(from0);
    keep(from1);
    __m256i w0, w1, flip0, flip1;
    load_weights<Form>(groups, at0, w0, flip0);
    load_weights<Form>(groups, at1, w1, flip1);
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
template <int kRows>
[[gnu::noinline]] void dot_block(const uint8_t* a, const PanelChunk& chunk, const int32_t* first,
                                 size_t first_stride, int32_t* sums) {
  Groups groups = {chunk.offset, chunk.w, chunk.signed_w, chunk.next};
  __m256i ones = _mm256_set1_epi16(1);
  keep(ones);
  __m256i acc[kRows];
#pragma GCC unroll 8
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) acc[r] = load(first + r * first_stride);
  add_doubles<Plain>(a, chunk.count[0], ones, groups, acc);
  add_singles<Plain>(a, chunk.count[1], ones, groups, acc);
  add_doubles<Signed>(a, chunk.count[2], ones, groups, acc);
  add_singles<Signed>(a, chunk.count[3], ones, groups, acc);
#pragma GCC unroll 8
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) store(sums + 8 * r, acc[r]);
}

template <int kRows = static_cast<int>(kBlockRows)>
void dot_rows(size_t rows, const uint8_t* a, const PanelChunk& chunk, const int32_t* first,
              size_t first_stride, int32_t* sums) {
  if (rows >= static_cast<size_t>(kRows)) {
    dot_block<kRows>(a, chunk, first, first_stride, sums);
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
void dot_panel(const uint8_t* packed, size_t rows, size_t groups, const PanelChunk& chunk,
               const int32_t* begin, size_t p, PairSums* sums) {
  for (size_t b = 0; b < rows; b += kBlockRows, packed += block_bytes(groups), ++sums) {
    int32_t* tile = (*sums)[p];
    dot_rows(rows - b, packed, chunk, begin != nullptr ? begin : tile, begin != nullptr ? 0 : 8,
             tile);
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
  alignas(32) PairSums sums[kWaitingPairs * kBlocks];
  alignas(32) int32_t begin[8];
  PanelChunk chunk;
  const size_t groups = p.k / 4 + (p.k % 4 != 0);
  const bool whole = groups <= kOrderChunkGroups;
  const size_t fit = whole ? kPackedBytes / block_bytes(groups) : kBlocks;
  const size_t blocks = fit < kMaxBlocks ? fit : kMaxBlocks;
  const size_t columns = whole ? kRangeBytes / (16 * 4 * groups) * 16 : 16 * kWaitingPairs;
  for (size_t j0 = 0; j0 < p.n; j0 += columns) {
    const size_t j1 = p.n - j0 < columns ? p.n : j0 + columns;
    const int8_t* const range = p.w + j0 / 8 * p.w_panel_stride;
    for (size_t i = 0; i < p.m; i += blocks * kBlockRows) {
      const size_t rows = p.m - i < blocks * kBlockRows ? p.m - i : blocks * kBlockRows;
      const int8_t* a = p.a + i * p.a_stride;
      for (size_t g = 0; g < groups; g += kOrderChunkGroups) {
        const size_t length = groups - g < kOrderChunkGroups ? groups - g : kOrderChunkGroups;
        // What follows the last panel.
        const int8_t* const after = g + length < groups ? range + (g + length) * kGroupBytes
                                    : i + rows < p.m || j1 == p.n ? range
                                                                  : p.w + j1 / 8 * p.w_panel_stride;
        pack_rows(a + 4 * g, p.a_stride, rows, length, packed);
        for (size_t j = j0; j < j1; j += 8) {
          PairSums* pair = sums + (whole ? 0 : (j - j0) / 16 * blocks);
          const uint8_t* order = p.order + j / 8 * p.order_stride;
          if (g == 0) {
            std::memcpy(begin, order, kOrderOffsetBytes);
            start(j, begin);
          }
          chunk.w = p.w + j / 8 * p.w_panel_stride + g * kGroupBytes;
          chunk.next = j + 8 < j1 ? chunk.w + p.w_panel_stride : after;
          prepare_chunk(order + kOrderOffsetBytes + g / kOrderChunkGroups * kOrderChunkBytes,
                        length, &chunk);
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
