#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_s8s8/row_blocks_avx2.h"

// The integer part of gemm_s8s8 and gemm_s8s8_f32 on AVX2 for a k of up to 32, as early layers of
// networks for images have: exact int32 dot products of int8 rows, where they lie, with int8 panels
// in the signed form. Everything is unrolled and the sums of a tile, 8 rows by one panel, are
// handed on in registers: at this depth, laying out A and sums on the stack cost as much as many of
// the products. Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kShortGroups = 8;
constexpr size_t kShortK = 4 * kShortGroups;
// Rows that all panels take before the next ones: they stay in the first cache.
constexpr size_t kShortRows = 256;

// Whether m rows of k values are multiplied here; fewer rows than a tile take the sign trick.
constexpr bool is_short(size_t m, size_t k) { return k <= kShortK && m >= kBlockRows; }

// A panel: of each k group, |w| and 0xff where w is negative; and what ~a in place of -a leaves to
// add.
struct ShortPanel {
  alignas(32) uint8_t groups[2 * kShortGroups * kGroupBytes];
  __m256i offset;
};

inline void prepare_short(const int8_t* w, size_t groups, ShortPanel* panel) {
  const __m256i zero = _mm256_setzero_si256(), ones = _mm256_set1_epi8(1);
  panel->offset = zero;
  for (size_t at = 0; at < groups * kGroupBytes; at += kGroupBytes) {
    const __m256i weights = load(w + at), magnitude = _mm256_abs_epi8(weights);
    const __m256i flip = _mm256_cmpgt_epi8(zero, weights);
    store(panel->groups + 2 * at, magnitude);
    store(panel->groups + 2 * at + kGroupBytes, flip);
    add_pairs(panel->offset, _mm256_maddubs_epi16(_mm256_and_si256(magnitude, flip), ones),
              _mm256_set1_epi16(1));
  }
}

// acc[r] = begin + row r times the panel.
template <size_t kGroups>
[[gnu::always_inline]] inline void dot_short_tile(const int8_t* const (&row)[kBlockRows],
                                                  const ShortPanel& panel, __m256i begin,
                                                  __m256i (&acc)[kBlockRows]) {
  const __m256i ones = _mm256_set1_epi16(1);
  const uint8_t* at = panel.groups;
  keep(at);  // or GCC takes all groups into registers that there are not
#pragma GCC unroll 8
  for (size_t r = 0; r < kBlockRows; ++r) acc[r] = begin;
#pragma GCC unroll 8
  for (size_t g = 0; g < kGroups; ++g) {
    const __m256i magnitude = load(at + 2 * g * kGroupBytes);
    const __m256i flip = load(at + (2 * g + 1) * kGroupBytes);
#pragma GCC unroll 8
    for (size_t r = 0; r < kBlockRows; ++r) {
      const __m256i a = broadcast_quad(reinterpret_cast<const uint8_t*>(row[r]) + 4 * g);
      add_pairs(acc[r], _mm256_maddubs_epi16(magnitude, _mm256_xor_si256(a, flip)), ones);
    }
  }
}

struct ShortProblem {
  size_t m, n, k;
  const int8_t* a;
  size_t a_stride;
  const int8_t* w;
  size_t w_panel_stride;
};

// Hands store_of(j)(i, rows, acc) the products of rows i… i + rows - 1, up to 8, and of columns
// j… j + 7, once each; begin_of(j) is added to them.
template <size_t kGroups, typename BeginOf, typename StoreOf>
void dot_short_groups(const ShortProblem& p, const BeginOf& begin_of, const StoreOf& store_of) {
  ShortPanel panel;
  for (size_t i0 = 0; i0 < p.m; i0 += kShortRows) {
    const size_t i1 = p.m - i0 < kShortRows ? p.m : i0 + kShortRows;
    for (size_t j = 0; j < p.n; j += 8) {
      prepare_short(p.w + j / 8 * p.w_panel_stride, kGroups, &panel);
      const __m256i begin = _mm256_add_epi32(panel.offset, begin_of(j));
      const auto store_tile = store_of(j);
      for (size_t i = i0; i < i1; i += kBlockRows) {
        const size_t rows = i1 - i < kBlockRows ? i1 - i : kBlockRows;
        const int8_t* row[kBlockRows];
        for (size_t r = 0; r < kBlockRows; ++r) {
          row[r] = p.a + (i + (r < rows ? r : rows - 1)) * p.a_stride;
        }
        __m256i acc[kBlockRows];
        dot_short_tile<kGroups>(row, panel, begin, acc);
        store_tile(i, rows, acc);
      }
    }
  }
}

// k is at most kShortK.
template <size_t kGroups = kShortGroups, typename BeginOf, typename StoreOf>
void dot_short(const ShortProblem& p, const BeginOf& begin_of, const StoreOf& store_of) {
  if (p.k > 4 * (kGroups - 1)) {
    dot_short_groups<kGroups>(p, begin_of, store_of);
  } else if constexpr (kGroups > 1) {
    dot_short<kGroups - 1>(p, begin_of, store_of);
  }
}

}  // namespace
}  // namespace linnet
