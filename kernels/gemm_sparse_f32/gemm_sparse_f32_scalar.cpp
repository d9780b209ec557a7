#include <cmath>

#include "kernels/gemm_sparse_f32/gemm_sparse_f32.h"

namespace linnet {

void gemm_sparse_f32_scalar(const GemmSparseF32Args& args) {
  const GemmF32Args& gemm = args.gemm;
  for (size_t row = 0; row < gemm.m; ++row) {
    const float* a = gemm.a + row * gemm.lda;
    for (size_t col = 0; col < gemm.n; ++col) {
      float acc = gemm.bias != nullptr ? gemm.bias[col] : 0.0f;
      for (size_t e = args.w.first[col / 8]; e < args.w.first[col / 8 + 1]; ++e) {
        const float* w = args.w.w + e * 32 + col % 8;
        const size_t begin = args.w.groups[e] * size_t{4};
        for (size_t k = begin; k < begin + 4 && k < gemm.k; ++k, w += 8) acc = fmaf(a[k], *w, acc);
      }
      if (acc < gemm.clamp_min) acc = gemm.clamp_min;
      if (acc > gemm.clamp_max) acc = gemm.clamp_max;
      gemm.c[row * gemm.ldc + col] = acc;
    }
  }
}

}  // namespace linnet
