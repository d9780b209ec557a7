#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// C[m][n] = clamp(A[m][k] · W[n][k]ᵀ + bias[n] + R[m][n]) in f32.
//
// Definition, the same for every variant: acc = bias[n] (0 without a bias); with a residual R,
// acc = acc + R[m][n]; for k ascending acc = fma(a[k], w[k], acc), one chain for each output; then
// clamp. So every ISA gives the same
// bits, and so does any split of m and n between threads. Two exceptions: the payload of a NaN is
// not defined, and armhf NEON flushes subnormal numbers to zero. The clamp is v < min ? min : v,
// then v > max ? max : v: a NaN stays a NaN. Error against exact arithmetic: at most (k +
// 2)·2⁻²⁴·(|bias| + |R| + Σ|a·w|), to first order.

namespace linnet {

struct GemmF32Args {
  const float* a;     // [m][k], a row's values side by side
  size_t lda;         // elements from one row of A to the next, >= k unless m == 1
  const float* w;     // packed W (kernels/pack/pack_panels_f32.h)
  const float* bias;  // [n], or null
  float* c;    // [m][n]; must not overlap A, W or bias. Only columns 0 … n-1 are written; may
               // hold partial sums during the call
  size_t ldc;  // elements from one row of C to the next, >= n unless m == 1
  size_t m;
  size_t n;
  size_t k;
  float clamp_min;  // -inf and +inf for no clamp
  float clamp_max;
  const float* residual = nullptr;  // R [m][n], or null; may be c itself with the same stride
  size_t residual_stride = 0;       // elements from one row of R to the next
};

// Any sizes, zero m or n included (k == 0 gives the bias). No alignment needed. Stateless,
// thread-safe. A caller that splits n between threads does so at multiples of 8 (w += column·k,
// bias += column, c and residual likewise); at multiples of 32 every tile stays full.
using GemmF32Fn = void(const GemmF32Args&);

extern const KernelFamily<GemmF32Fn> kGemmF32;

void gemm_f32_scalar(const GemmF32Args& args);
void gemm_f32_avx2(const GemmF32Args& args);
void gemm_f32_avx512(const GemmF32Args& args);
void gemm_f32_neon(const GemmF32Args& args);

}  // namespace linnet
