#include <cmath>

#include "kernels/gemm_f32/gemm_f32.h"

namespace linnet {

void gemm_f32_scalar(const GemmF32Args& args) {
  for (size_t row = 0; row < args.m; ++row) {
    const float* a = args.a + row * args.lda;
    for (size_t col = 0; col < args.n; ++col) {
      const float* w = args.w + col / 8 * 8 * args.k + col % 8;
      float acc = args.bias != nullptr ? args.bias[col] : 0.0f;
      if (args.residual != nullptr) acc += args.residual[row * args.residual_stride + col];
      for (size_t k = 0; k < args.k; ++k) acc = fmaf(a[k], w[k * 8], acc);
      if (acc < args.clamp_min) acc = args.clamp_min;
      if (acc > args.clamp_max) acc = args.clamp_max;
      args.c[row * args.ldc + col] = acc;
    }
  }
}

}  // namespace linnet
