#include "kernels/gemm_f32/gemm_f32_tiles_neon.h"
#include "kernels/gemm_sparse_f32/sparse_f32_blocking.h"

namespace linnet {
namespace {

// acc += the first `steps` < 4 values of k of the entry at `group` and `w`.
template <int ROWS>
void add_tail(const float* const (&a)[ROWS], const uint16_t* group, const float* w, size_t steps,
              float32x4_t (&acc)[ROWS][2]) {
  for (size_t s = 0; s < steps; ++s) {
    Panel weights[1];
    load_step(w + 8 * s, 0, weights);
    float32x4_t x[ROWS];
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; ++r) x[r] = vdupq_n_f32(a[r][4 * size_t{*group} + s]);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r += kRowGroup) add_step<0>(r, x, weights, acc);
  }
}

// An entry is four steps of the dense kernel's tile.
template <int ROWS, int PANELS>
void sparse_tile(const SparseTile& t) {
  float32x4_t acc[PANELS][ROWS][2];
  const float* a[ROWS];
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
    a[r] = t.a + static_cast<size_t>(r) * t.lda;
#pragma GCC unroll 4
    for (int p = 0; p < PANELS; ++p) {
      const float* from = t.first ? t.panel[p].begin : t.c + static_cast<size_t>(r) * t.ldc + 8 * p;
      acc[p][r][0] = vld1q_f32(from);
      acc[p][r][1] = vld1q_f32(from + 4);
    }
  }
  size_t common = t.panel[0].count;
#pragma GCC unroll 4
  for (int p = 1; p < PANELS; ++p) common = gemm_min(common, t.panel[p].count);
  for (size_t e = 0; e < common; ++e) {
#pragma GCC unroll 4
    for (int p = 0; p < PANELS; ++p) {
      add_steps<float, ROWS, 1>(a, 16 * size_t{t.panel[p].group[e]},
                                t.panel[p].w + e * kSparseValues, 0, acc[p]);
    }
  }
  const float32x4_t lo = vdupq_n_f32(t.clamp_min);
  const float32x4_t hi = vdupq_n_f32(t.clamp_max);
#pragma GCC unroll 4
  for (int p = 0; p < PANELS; ++p) {
    const SparseTilePanel& panel = t.panel[p];
    if constexpr (PANELS > 1) {
      for (size_t e = common; e < panel.count; ++e) {
        add_steps<float, ROWS, 1>(a, 16 * size_t{panel.group[e]}, panel.w + e * kSparseValues, 0,
                                  acc[p]);
      }
    }
    add_tail(a, panel.group + panel.count, panel.w + panel.count * kSparseValues, panel.tail,
             acc[p]);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; ++r) {
      float* c = t.c + static_cast<size_t>(r) * t.ldc + 8 * p;
      vst1q_f32(c, t.last ? clamp(acc[p][r][0], lo, hi) : acc[p][r][0]);
      vst1q_f32(c + 4, t.last ? clamp(acc[p][r][1], lo, hi) : acc[p][r][1]);
    }
  }
}

constexpr SparseTileFn* kSparseTiles1[] = {
    sparse_tile<1, 1>, sparse_tile<2, 1>, sparse_tile<3, 1>, sparse_tile<4, 1>,
#if defined(__aarch64__)
    sparse_tile<5, 1>, sparse_tile<6, 1>, sparse_tile<7, 1>, sparse_tile<8, 1>,
#endif
};
constexpr SparseTileFn* kSparseTiles2[] = {sparse_tile<1, 2>, sparse_tile<2, 2>};
constexpr SparseTileFn* kSparseTiles4[] = {sparse_tile<1, 4>};

constexpr SparseTileSet kSparseTileSets[] = {
    {4, 1, kSparseTiles4}, {2, 2, kSparseTiles2}, {1, kRows, kSparseTiles1}};

}  // namespace

void gemm_sparse_f32_neon(const GemmSparseF32Args& args) {
  gemm_sparse_blocked(args, kSparseTileSets, {3 * kRows, 64});
}

}  // namespace linnet
