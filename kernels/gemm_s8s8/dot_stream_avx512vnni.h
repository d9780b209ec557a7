#pragma once

#include "kernels/gemm_s8s8/dot_panels_avx512vnni.h"

// One row times panels that come from memory: the integer part of gemm_s8s8 and gemm_s8s8_f32 with
// AVX-512 VNNI, as dot_stream_avx2.h. A register has a line of a panel: two k groups of 8 rows.
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kStreams = 8;
constexpr size_t kBytesAhead = 8192;   // of all streams together
constexpr size_t kStreamColumns = 16;  // two panels
constexpr size_t kStreamedColumns = kStreams * kStreamColumns;

// How many of n columns stream_row takes: the rest would leave streams empty.
inline size_t streamed_columns(size_t n) { return n / kStreamedColumns * kStreamedColumns; }

// The quads at `a` and behind it, one in each half.
[[gnu::always_inline]] inline __m512i load_quads(const int8_t* a) {
  int32_t first, second;
  std::memcpy(&first, a, sizeof first);
  std::memcpy(&second, a + 4, sizeof second);
  return _mm512_mask_set1_epi32(_mm512_set1_epi32(first), 0xff00, second);
}

// sums[p] = a row times panel w[p].
[[gnu::noinline]] void stream_tile(const int8_t* a, const int8_t* const* w, size_t groups,
                                   __m256i* sums) {
  const __m512i flip = _mm512_set1_epi8(-128);
  __m512i acc[kStreams];
#pragma GCC unroll 8
  for (size_t p = 0; p < kStreams; ++p) acc[p] = _mm512_setzero_si512();
  size_t g = 0;
#pragma GCC unroll 1
  for (; g + 2 <= groups; g += 2) {
    const __m512i value = load_quads(a + 4 * g);
#pragma GCC unroll 8
    for (size_t p = 0; p < kStreams; ++p) {
      const int8_t* line = w[p] + kGroupBytes * g;
      _mm_prefetch(reinterpret_cast<const char*>(line + kBytesAhead / kStreams), _MM_HINT_T0);
      acc[p] = _mm512_dpbusd_epi32(acc[p], _mm512_xor_si512(_mm512_loadu_si512(line), flip), value);
    }
  }
#pragma GCC unroll 8
  for (size_t p = 0; p < kStreams; ++p) {
    sums[p] =
        _mm256_add_epi32(_mm512_castsi512_si256(acc[p]), _mm512_extracti64x4_epi64(acc[p], 1));
    if (g == groups) continue;
    int32_t quad;
    std::memcpy(&quad, a + 4 * g, sizeof quad);
    const __m256i line =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w[p] + kGroupBytes * g));
    sums[p] = _mm256_dpbusd_epi32(sums[p], _mm256_xor_si256(line, _mm512_castsi512_si256(flip)),
                                  _mm256_set1_epi32(quad));
  }
}

// Hands store(j, sums) the products of columns j…j + 15, once each; n is streamed_columns(n).
template <typename Store>
void stream_row(const int8_t* a, const int8_t* w, size_t w_panel_stride, size_t n, size_t k,
                const Store& store) {
  const size_t groups = (k + 3) / 4;
  int32_t correction;
  correct_rows(a, 0, 1, groups, &correction);
  const size_t apart = n / kStreams;  // columns
  for (size_t j = 0; j < apart; j += kStreamColumns) {
    __m256i sums[2][kStreams];
    for (size_t half = 0; half < 2; ++half) {
      const int8_t* panels[kStreams];
      for (size_t p = 0; p < kStreams; ++p) {
        panels[p] = w + ((j + p * apart) / 8 + half) * w_panel_stride;
      }
      stream_tile(a, panels, groups, sums[half]);
    }
    for (size_t p = 0; p < kStreams; ++p) {
      const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(sums[0][p]), sums[1][p], 1);
      store(j + p * apart, _mm512_add_epi32(both, _mm512_set1_epi32(correction)));
    }
  }
}

}  // namespace
}  // namespace linnet
