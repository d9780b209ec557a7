#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// The integer part of gemm_s8s8 and gemm_s8s8_f32 on AVX2: exact int32 dot products of int8 rows
// with int8 panels. vpmaddubsw wants one unsigned side: |a| times w with the sign of a; a pair
// reaches 2 * 128 * 127, which fits. Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kSumRows = 96;        // rows whose sums stand on the stack at a time
constexpr size_t kSumColumns = 16;     // two panels; from row to row of the sums
constexpr size_t kGroupsChunk = 1024;  // k groups of 4 at a time: two panels take 64 KiB of L2

// sums[r][0…8 * kPanels) = (accumulate ? itself : 0) + a row r times the panels, for kRows rows.
template <int kRows, int kPanels>
void dot_tile(const int8_t* a, size_t a_stride, const int8_t* w, size_t w_panel_stride,
              size_t groups, bool accumulate, int32_t* sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i acc[kRows][kPanels];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      const int32_t* from = sums + static_cast<size_t>(r) * kSumColumns + 8 * p;
      acc[r][p] = accumulate ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))
                             : _mm256_setzero_si256();
    }
  }
  for (size_t g = 0; g < groups; ++g) {
    __m256i weights[kPanels];
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      weights[p] = _mm256_loadu_si256(
          reinterpret_cast<const __m256i*>(w + static_cast<size_t>(p) * w_panel_stride + g * 32));
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      int32_t quad;
      std::memcpy(&quad, a + static_cast<size_t>(r) * a_stride + 4 * g, sizeof quad);
      const __m256i value = _mm256_set1_epi32(quad);
      const __m256i magnitude = _mm256_abs_epi8(value);
#pragma GCC unroll 4
      for (int p = 0; p < kPanels; ++p) {
        const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(weights[p], value));
        acc[r][p] = _mm256_add_epi32(acc[r][p], _mm256_madd_epi16(pairs, ones));
      }
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      int32_t* to = sums + static_cast<size_t>(r) * kSumColumns + 8 * p;
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), acc[r][p]);
    }
  }
}

template <int kPanels>
void dot_rows(const int8_t* a, size_t a_stride, const int8_t* w, size_t w_panel_stride, size_t rows,
              size_t groups, bool accumulate, int32_t* sums) {
  for (; rows >= 4; rows -= 4) {
    dot_tile<4, kPanels>(a, a_stride, w, w_panel_stride, groups, accumulate, sums);
    a += 4 * a_stride;
    sums += 4 * kSumColumns;
  }
  if (rows == 3) {
    dot_tile<3, kPanels>(a, a_stride, w, w_panel_stride, groups, accumulate, sums);
  } else if (rows == 2) {
    dot_tile<2, kPanels>(a, a_stride, w, w_panel_stride, groups, accumulate, sums);
  } else if (rows == 1) {
    dot_tile<1, kPanels>(a, a_stride, w, w_panel_stride, groups, accumulate, sums);
  }
}

// How many of the next panels dot_panels takes at once. With one row, which memory bounds, four
// streams of weights.
size_t panels_at_once(size_t rows, size_t columns) {
  if (columns <= 8) return 1;
  return rows == 1 && columns > 24 ? 4 : 2;
}

// sums[rows][16] = a times 1 or 2 panels over all of k, rows <= kSumRows; or sums[32] = one row
// times 4 panels.
void dot_panels(const int8_t* a, size_t a_stride, const int8_t* w, size_t w_panel_stride,
                size_t panels, size_t rows, size_t k, int32_t* sums) {
  const size_t groups = (k + 3) / 4;
  for (size_t g = 0; g < groups; g += kGroupsChunk) {
    const size_t length = groups - g < kGroupsChunk ? groups - g : kGroupsChunk;
    const int8_t* from = a + 4 * g;
    const int8_t* chunk = w + g * 32;
    if (panels == 4) {
      dot_tile<1, 4>(from, a_stride, chunk, w_panel_stride, length, g != 0, sums);
    } else if (panels == 2) {
      dot_rows<2>(from, a_stride, chunk, w_panel_stride, rows, length, g != 0, sums);
    } else {
      dot_rows<1>(from, a_stride, chunk, w_panel_stride, rows, length, g != 0, sums);
    }
  }
}

}  // namespace
}  // namespace linnet
