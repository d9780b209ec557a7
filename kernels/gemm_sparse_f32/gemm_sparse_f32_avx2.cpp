#include <immintrin.h>

#include "kernels/gemm_sparse_f32/sparse_f32_blocking.h"

namespace linnet {
namespace {

// One pointer for three rows: [a], [a + lda], [a + 2·lda] need only one index register.
template <int ROWS>
struct RowPointers {
  const float* at[(ROWS + 2) / 3];
};

template <int ROWS>
[[gnu::always_inline]] inline RowPointers<ROWS> point_rows(const float* a, size_t lda) {
  RowPointers<ROWS> rows;
#pragma GCC unroll 4
  for (int g = 0; g < (ROWS + 2) / 3; ++g) rows.at[g] = a + static_cast<size_t>(g) * 3 * lda;
  return rows;
}

// acc[r][p] += `steps` values of k of the rows times an entry.
template <int ROWS, int PANELS>
[[gnu::always_inline]] inline void add_entry(const RowPointers<ROWS>& rows, size_t lda,
                                             size_t group, const float* w, size_t steps, int p,
                                             __m256 (&acc)[ROWS][PANELS]) {
  const float* a[(ROWS + 2) / 3];
#pragma GCC unroll 4
  for (int g = 0; g < (ROWS + 2) / 3; ++g) a[g] = rows.at[g] + 4 * group;
#pragma GCC unroll 4
  for (size_t s = 0; s < steps; ++s) {
    const __m256 weights = _mm256_loadu_ps(w + 8 * s);
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; ++r) {
      const __m256 x = _mm256_broadcast_ss(a[r / 3] + static_cast<size_t>(r % 3) * lda + s);
      acc[r][p] = _mm256_fmadd_ps(x, weights, acc[r][p]);
    }
  }
}

// 12 x 1 keeps 12 sums, 1 weight and 1 activation in the 16 registers.
template <int ROWS, int PANELS>
void sparse_tile(const SparseTile& t) {
  __m256 acc[ROWS][PANELS];
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 4
    for (int p = 0; p < PANELS; ++p) {
      acc[r][p] = _mm256_loadu_ps(t.first ? t.panel[p].begin
                                          : t.c + static_cast<size_t>(r) * t.ldc + 8 * p);
    }
  }
  const size_t lda = t.lda;
  const RowPointers<ROWS> rows = point_rows<ROWS>(t.a, lda);
  size_t common = t.panel[0].count;
#pragma GCC unroll 4
  for (int p = 1; p < PANELS; ++p) common = gemm_min(common, t.panel[p].count);
  for (size_t e = 0; e < common; ++e) {
#pragma GCC unroll 4
    for (int p = 0; p < PANELS; ++p) {
      add_entry(rows, lda, t.panel[p].group[e], t.panel[p].w + e * kSparseValues, 4, p, acc);
    }
  }
#pragma GCC unroll 4
  for (int p = 0; p < PANELS; ++p) {
    const SparseTilePanel& panel = t.panel[p];
    if constexpr (PANELS > 1) {
      for (size_t e = common; e < panel.count; ++e) {
        add_entry(rows, lda, panel.group[e], panel.w + e * kSparseValues, 4, p, acc);
      }
    }
    const uint16_t* const group = panel.group + panel.count;
    const float* const w = panel.w + panel.count * kSparseValues;
    if (panel.tail == 1) add_entry(rows, lda, *group, w, 1, p, acc);
    if (panel.tail == 2) add_entry(rows, lda, *group, w, 2, p, acc);
    if (panel.tail == 3) add_entry(rows, lda, *group, w, 3, p, acc);
  }
  const __m256 lo = _mm256_set1_ps(t.clamp_min), hi = _mm256_set1_ps(t.clamp_max);
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; ++r) {
    float* c = t.c + static_cast<size_t>(r) * t.ldc;
#pragma GCC unroll 4
    for (int p = 0; p < PANELS; ++p) {
      // In this order a NaN sum stays a NaN.
      if (t.last) acc[r][p] = _mm256_min_ps(hi, _mm256_max_ps(lo, acc[r][p]));
      _mm256_storeu_ps(c + 8 * p, acc[r][p]);
    }
  }
}

constexpr SparseTileFn* kTiles1[] = {sparse_tile<1, 1>,  sparse_tile<2, 1>,  sparse_tile<3, 1>,
                                     sparse_tile<4, 1>,  sparse_tile<5, 1>,  sparse_tile<6, 1>,
                                     sparse_tile<7, 1>,  sparse_tile<8, 1>,  sparse_tile<9, 1>,
                                     sparse_tile<10, 1>, sparse_tile<11, 1>, sparse_tile<12, 1>};
constexpr SparseTileFn* kTiles2[] = {sparse_tile<1, 2>, sparse_tile<2, 2>, sparse_tile<3, 2>,
                                     sparse_tile<4, 2>, sparse_tile<5, 2>};
constexpr SparseTileFn* kTiles4[] = {sparse_tile<1, 4>, sparse_tile<2, 4>};

constexpr SparseTileSet kTileSets[] = {{4, 2, kTiles4}, {2, 5, kTiles2}, {1, 12, kTiles1}};

}  // namespace

void gemm_sparse_f32_avx2(const GemmSparseF32Args& args) {
  gemm_sparse_blocked(args, kTileSets, {24, 128});
}

}  // namespace linnet
