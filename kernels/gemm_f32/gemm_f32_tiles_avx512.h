#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_f32/gemm_f32_tiles_avx2.h"

// Register tiles of gemm_f32 and gemm_f32f16 for AVX-512: a register takes one k of two panels.
// Private to those two files. A lone panel uses the 8-wide tiles.

namespace linnet {
namespace {

// With this mask the maskz_ forms are the plain operations; gcc 12 warns of uninitialized values
// inside its own header for the plain forms.
constexpr __mmask16 kAll = 0xFFFF;

inline __m512 load_weight_pair(const float* w, size_t panel) {
  return _mm512_maskz_insertf32x8(kAll, _mm512_castps256_ps512(_mm256_loadu_ps(w)),
                                  _mm256_loadu_ps(w + panel), 1);
}
inline __m512 load_weight_pair(const uint16_t* w, size_t panel) {
  const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w));
  const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(w + panel));
  return _mm512_maskz_cvtph_ps(kAll, _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1));
}

// ROWS x (16·PAIRS) outputs. 12 x 2 keeps 24 sums, 2 weights and 1 activation in the 32 registers.
template <typename W, int ROWS, int PAIRS>
void gemm_pair_tile(const GemmTile<W>& t) {
  __m512 acc[ROWS][PAIRS];
  if (t.first) {
#pragma GCC unroll 16
    for (int p = 0; p < PAIRS; ++p) {
      const __m512 bias =
          t.bias != nullptr ? _mm512_loadu_ps(t.bias + p * 16) : _mm512_setzero_ps();
#pragma GCC unroll 16
      for (int r = 0; r < ROWS; ++r) acc[r][p] = bias;
    }
  } else {
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      const float* c = t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 16
      for (int p = 0; p < PAIRS; ++p) acc[r][p] = _mm512_loadu_ps(c + p * 16);
    }
  }
  if (t.first && t.residual != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      const float* residual = t.residual + static_cast<size_t>(r) * t.residual_stride;
#pragma GCC unroll 16
      for (int p = 0; p < PAIRS; ++p) {
        acc[r][p] = _mm512_add_ps(acc[r][p], _mm512_loadu_ps(residual + p * 16));
      }
    }
  }
  // One pointer for three rows: [a], [a + lda], [a + 2·lda] need only one index register.
  const float* a[(ROWS + 2) / 3];
#pragma GCC unroll 16
  for (int g = 0; g < (ROWS + 2) / 3; ++g) a[g] = t.a + static_cast<size_t>(g) * 3 * t.lda;
  const size_t lda = t.lda;
  const size_t panel = t.panel;
  const W* w = t.w;
  const char* ahead = t.ahead;
  for (size_t k = t.k; k != 0; --k) {
    if constexpr (ROWS > 4) gemm_ask_for(ahead);
    __m512 b[PAIRS];
#pragma GCC unroll 16
    for (int p = 0; p < PAIRS; ++p) {
      b[p] = load_weight_pair(w + static_cast<size_t>(p) * 2 * panel, panel);
    }
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      const __m512 x = _mm512_set1_ps(a[r / 3][static_cast<size_t>(r % 3) * lda]);
#pragma GCC unroll 16
      for (int p = 0; p < PAIRS; ++p) acc[r][p] = _mm512_fmadd_ps(x, b[p], acc[r][p]);
    }
#pragma GCC unroll 16
    for (int g = 0; g < (ROWS + 2) / 3; ++g) ++a[g];
    w += 8;
    ahead += t.ahead_step;
  }
  if (t.last) {  // in this order a NaN sum stays a NaN
    const __m512 lo = _mm512_set1_ps(t.clamp_min);
    const __m512 hi = _mm512_set1_ps(t.clamp_max);
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 16
      for (int p = 0; p < PAIRS; ++p) {
        acc[r][p] = _mm512_maskz_min_ps(kAll, hi, _mm512_maskz_max_ps(kAll, lo, acc[r][p]));
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) {
    float* c = t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 16
    for (int p = 0; p < PAIRS; ++p) _mm512_storeu_ps(c + p * 16, acc[r][p]);
  }
}

template <typename W>
constexpr GemmTileFn<W>* kPairTiles1[] = {
    gemm_pair_tile<W, 1, 1>,  gemm_pair_tile<W, 2, 1>,  gemm_pair_tile<W, 3, 1>,
    gemm_pair_tile<W, 4, 1>,  gemm_pair_tile<W, 5, 1>,  gemm_pair_tile<W, 6, 1>,
    gemm_pair_tile<W, 7, 1>,  gemm_pair_tile<W, 8, 1>,  gemm_pair_tile<W, 9, 1>,
    gemm_pair_tile<W, 10, 1>, gemm_pair_tile<W, 11, 1>, gemm_pair_tile<W, 12, 1>};
template <typename W>
constexpr GemmTileFn<W>* kPairTiles2[] = {
    gemm_pair_tile<W, 1, 2>,  gemm_pair_tile<W, 2, 2>,  gemm_pair_tile<W, 3, 2>,
    gemm_pair_tile<W, 4, 2>,  gemm_pair_tile<W, 5, 2>,  gemm_pair_tile<W, 6, 2>,
    gemm_pair_tile<W, 7, 2>,  gemm_pair_tile<W, 8, 2>,  gemm_pair_tile<W, 9, 2>,
    gemm_pair_tile<W, 10, 2>, gemm_pair_tile<W, 11, 2>, gemm_pair_tile<W, 12, 2>};
template <typename W>
constexpr GemmTileFn<W>* kPairTiles4[] = {gemm_pair_tile<W, 1, 4>, gemm_pair_tile<W, 2, 4>,
                                          gemm_pair_tile<W, 3, 4>, gemm_pair_tile<W, 4, 4>};
template <typename W>
constexpr GemmTileFn<W>* kPairTiles8[] = {gemm_pair_tile<W, 1, 8>, gemm_pair_tile<W, 2, 8>};

template <typename W>
constexpr GemmTileSet<W> kPairTileSets[] = {
    {16, 2, kPairTiles8<W>}, {8, 4, kPairTiles4<W>}, {4, 12, kPairTiles2<W>},
    {2, 12, kPairTiles1<W>}, {1, 12, kTiles1<W>},
};

constexpr GemmBlocks kPairBlocks = {12, 120, 192, size_t{1} << 20, true};

}  // namespace
}  // namespace linnet
