#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_f32/gemm_f32_blocking.h"

// Register tiles of gemm_f32 and gemm_f32f16 for AVX2 + FMA + F16C. Private to those two files.

namespace linnet {
namespace {

inline __m256 load_weights(const float* w) { return _mm256_loadu_ps(w); }
inline __m256 load_weights(const uint16_t* w) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w)));
}

// acc += the products of step K.
template <int K, typename W, int ROWS, int PANELS>
[[gnu::always_inline]] inline void gemm_step(const float* const (&a)[(ROWS + 2) / 3], size_t lda,
                                             const W* w, size_t panel,
                                             __m256 (&acc)[ROWS][PANELS]) {
  __m256 b[PANELS];
#pragma GCC unroll 16
  for (int p = 0; p < PANELS; ++p) b[p] = load_weights(w + static_cast<size_t>(p) * panel + 8 * K);
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) {
    const __m256 x = _mm256_broadcast_ss(a[r / 3] + static_cast<size_t>(r % 3) * lda + K);
#pragma GCC unroll 16
    for (int p = 0; p < PANELS; ++p) acc[r][p] = _mm256_fmadd_ps(x, b[p], acc[r][p]);
  }
}

// ROWS x (8·PANELS) outputs. 6 x 2 keeps 12 sums, 2 weights and 1 activation in the 16 registers.
template <typename W, int ROWS, int PANELS>
void gemm_tile(const GemmTile<W>& t) {
  __m256 acc[ROWS][PANELS];
  if (t.first) {
#pragma GCC unroll 16
    for (int p = 0; p < PANELS; ++p) {
      const __m256 bias = t.bias != nullptr ? _mm256_loadu_ps(t.bias + p * 8) : _mm256_setzero_ps();
#pragma GCC unroll 16
      for (int r = 0; r < ROWS; ++r) acc[r][p] = bias;
    }
  } else {
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      const float* c = t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 16
      for (int p = 0; p < PANELS; ++p) acc[r][p] = _mm256_loadu_ps(c + p * 8);
    }
  }
  if (t.first && t.residual != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
      const float* residual = t.residual + static_cast<size_t>(r) * t.residual_stride;
#pragma GCC unroll 16
      for (int p = 0; p < PANELS; ++p) {
        acc[r][p] = _mm256_add_ps(acc[r][p], _mm256_loadu_ps(residual + p * 8));
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
  size_t k = t.k;
  // Large tiles two steps at a time: address arithmetic takes the multipliers' ports.
  if constexpr (ROWS * PANELS >= 8) {
    const char* ahead = t.ahead;
    for (; k >= 2; k -= 2, ahead += 2 * t.ahead_step) {
      gemm_ask_for(ahead);
      gemm_step<0, W, ROWS, PANELS>(a, lda, w, panel, acc);
      gemm_step<1, W, ROWS, PANELS>(a, lda, w, panel, acc);
#pragma GCC unroll 16
      for (int g = 0; g < (ROWS + 2) / 3; ++g) a[g] += 2;
      w += 8 * 2;
    }
  }
#pragma GCC unroll 1
  for (; k != 0; --k) {
    gemm_step<0, W, ROWS, PANELS>(a, lda, w, panel, acc);
#pragma GCC unroll 16
    for (int g = 0; g < (ROWS + 2) / 3; ++g) ++a[g];
    w += 8;
  }
  if (t.last) {  // in this order a NaN sum stays a NaN
    const __m256 lo = _mm256_set1_ps(t.clamp_min);
    const __m256 hi = _mm256_set1_ps(t.clamp_max);
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 16
      for (int p = 0; p < PANELS; ++p) {
        acc[r][p] = _mm256_min_ps(hi, _mm256_max_ps(lo, acc[r][p]));
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; ++r) {
    float* c = t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 16
    for (int p = 0; p < PANELS; ++p) _mm256_storeu_ps(c + p * 8, acc[r][p]);
  }
}

template <typename W>
constexpr GemmTileFn<W>* kTiles1[] = {
    gemm_tile<W, 1, 1>, gemm_tile<W, 2, 1>,  gemm_tile<W, 3, 1>,  gemm_tile<W, 4, 1>,
    gemm_tile<W, 5, 1>, gemm_tile<W, 6, 1>,  gemm_tile<W, 7, 1>,  gemm_tile<W, 8, 1>,
    gemm_tile<W, 9, 1>, gemm_tile<W, 10, 1>, gemm_tile<W, 11, 1>, gemm_tile<W, 12, 1>};
template <typename W>
constexpr GemmTileFn<W>* kTiles2[] = {gemm_tile<W, 1, 2>, gemm_tile<W, 2, 2>, gemm_tile<W, 3, 2>,
                                      gemm_tile<W, 4, 2>, gemm_tile<W, 5, 2>, gemm_tile<W, 6, 2>};
template <typename W>
constexpr GemmTileFn<W>* kTiles3[] = {gemm_tile<W, 1, 3>, gemm_tile<W, 2, 3>, gemm_tile<W, 3, 3>};
template <typename W>
constexpr GemmTileFn<W>* kTiles4[] = {gemm_tile<W, 1, 4>, gemm_tile<W, 2, 4>};
template <typename W>
constexpr GemmTileFn<W>* kTiles8[] = {gemm_tile<W, 1, 8>};

template <typename W>
constexpr GemmTileSet<W> kTileSets[] = {
    {8, 1, kTiles8<W>}, {4, 2, kTiles4<W>},  {3, 3, kTiles3<W>},
    {2, 6, kTiles2<W>}, {1, 12, kTiles1<W>},
};

constexpr GemmBlocks kBlocks = {6, 192, 384, size_t{512} << 10, true};

}  // namespace
}  // namespace linnet
