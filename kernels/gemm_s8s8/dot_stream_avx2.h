#pragma once

#include "kernels/gemm_s8s8/dot_panels_avx2.h"

// One row times panels that come from memory: the integer part of gemm_s8s8 and gemm_s8s8_f32 on
// AVX2. Everything here is local to the file that includes it.

namespace linnet {
namespace {

// So many panels at once, as far apart as possible: each is a stream that goes on in memory from
// panel to panel.
constexpr size_t kStreams = 8;
// How far ahead the streams are asked for, together: about twice the memory's speed times its
// latency. Without it the products that wait for one line keep the core from getting to the loads
// of the lines behind it.
constexpr size_t kBytesAhead = 8192;
constexpr size_t kStreamedColumns = kStreams * kSumColumns;

// How many of n columns stream_row takes: the rest would leave streams empty.
inline size_t streamed_columns(size_t n) { return n / kStreamedColumns * kStreamedColumns; }

// acc[p] += a k group of a row, at `a`, times that of panel w[p], `at` bytes in.
[[gnu::always_inline]] inline void add_group(const int8_t* a, const int8_t* const* w, size_t at,
                                             __m256i ones, __m256i (&acc)[kStreams]) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  const __m256i value = _mm256_set1_epi32(quad);
  const __m256i magnitude = _mm256_abs_epi8(value);
#pragma GCC unroll 8
  for (size_t p = 0; p < kStreams; ++p) {
    const __m256i weights = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w[p] + at));
    const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(weights, value));
    acc[p] = _mm256_add_epi32(acc[p], _mm256_madd_epi16(pairs, ones));
  }
}

// sums[p * kSumColumns…] = a row times panel w[p].
[[gnu::noinline]] void stream_tile(const int8_t* a, const int8_t* const* w, size_t groups,
                                   int32_t* sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i acc[kStreams];
#pragma GCC unroll 8
  for (size_t p = 0; p < kStreams; ++p) acc[p] = _mm256_setzero_si256();
  size_t g = 0;
#pragma GCC unroll 1
  for (; g + 2 <= groups; g += 2) {
#pragma GCC unroll 8
    for (size_t p = 0; p < kStreams; ++p) {
      _mm_prefetch(reinterpret_cast<const char*>(w[p] + 32 * g + kBytesAhead / kStreams),
                   _MM_HINT_T0);
    }
    add_group(a + 4 * g, w, 32 * g, ones, acc);
    add_group(a + 4 * g + 4, w, 32 * g + 32, ones, acc);
  }
  if (g < groups) add_group(a + 4 * g, w, 32 * g, ones, acc);
#pragma GCC unroll 8
  for (size_t p = 0; p < kStreams; ++p) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + p * kSumColumns), acc[p]);
  }
}

// Hands store(j, sums) the products of columns j…j + 15, once each; n is streamed_columns(n).
template <typename Store>
void stream_row(const int8_t* a, const int8_t* w, size_t w_panel_stride, size_t n, size_t k,
                const Store& store) {
  const size_t groups = k / 4 + (k % 4 != 0);
  const size_t apart = n / kStreams;  // columns
  for (size_t j = 0; j < apart; j += kSumColumns) {
    alignas(32) int32_t sums[kStreams][kSumColumns];
    for (size_t half = 0; half < 2; ++half) {
      const int8_t* panels[kStreams];
      for (size_t p = 0; p < kStreams; ++p) {
        panels[p] = w + ((j + p * apart) / 8 + half) * w_panel_stride;
      }
      stream_tile(a, panels, groups, sums[0] + 8 * half);
    }
    for (size_t p = 0; p < kStreams; ++p) store(j + p * apart, sums[p]);
  }
}

}  // namespace
}  // namespace linnet
