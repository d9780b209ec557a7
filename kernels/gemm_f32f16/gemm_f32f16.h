#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// gemm_f32 with weights stored as IEEE 754 half values: C[m][n] = clamp(A[m][k] · W[n][k]ᵀ +
// bias[n] + R[m][n]), A, C, R and the arithmetic in f32. Each weight is converted (exactly) where
// it is used. Definition, clamp, bits and error bound are those of kernels/gemm_f32/gemm_f32.h.

namespace linnet {

struct GemmF32F16Args {
  const float* a;     // [m][k], a row's values side by side
  size_t lda;         // elements from one row of A to the next, >= k unless m == 1
  const uint16_t* w;  // packed W, half bits (pack_panels_f16)
  const float* bias;  // [n], or null
  float* c;           // [m][n]; must not overlap A, W or bias. Only columns 0 … n-1 are written
  size_t ldc;         // elements from one row of C to the next, >= n unless m == 1
  size_t m;
  size_t n;
  size_t k;
  float clamp_min;  // -inf and +inf for no clamp
  float clamp_max;
  const float* residual = nullptr;  // R [m][n], or null; may be c itself with the same stride
  size_t residual_stride = 0;       // elements from one row of R to the next
};

// Any sizes, zero m or n included (k == 0 gives the bias). No alignment needed. Stateless,
// thread-safe. Splits of n between threads: at multiples of 8, better of 32.
using GemmF32F16Fn = void(const GemmF32F16Args&);

extern const KernelFamily<GemmF32F16Fn> kGemmF32F16;

void gemm_f32f16_scalar(const GemmF32F16Args& args);
void gemm_f32f16_avx2(const GemmF32F16Args& args);
void gemm_f32f16_avx512(const GemmF32F16Args& args);
void gemm_f32f16_neon(const GemmF32F16Args& args);

}  // namespace linnet
