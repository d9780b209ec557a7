#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_f32/gemm_f32.h"
#include "kernels/isa.h"
#include "kernels/pack/sparse_panels.h"

// gemm_f32 (contract and exceptions are there) with weights of which only some k groups are stored.
//
// Definition, the same for every variant: acc = bias[n] (0 without a bias); for k of the present
// groups, ascending, acc = fma(a[k], w[k], acc), one chain for each output; then clamp. So every
// ISA gives the same bits, and so does any split of m and n between threads.
//
// That is the result of gemm_f32 with the absent groups as +0 if A is finite, but for the sign of
// a zero: where the chain stands at -0 (from a bias of -0 or a product below 2^-149), gemm_f32 may
// turn it to +0. An infinity or NaN of A reaches an output through present groups only.

namespace linnet {

struct GemmSparseF32Args {
  GemmF32Args gemm;   // its packed weights and residual are not used
  SparsePanelsF32 w;  // as opened or packed
};

// Any sizes with k >= 1, zero m or n included. No alignment needed. Stateless, thread-safe. A
// caller that splits n between threads does so at multiples of 8 (w.first += column / 8, bias +=
// column, c
// += column); at multiples of 64 the weights are gone through as rarely as can be.
using GemmSparseF32Fn = void(const GemmSparseF32Args& args);

extern const KernelFamily<GemmSparseF32Fn> kGemmSparseF32;

void gemm_sparse_f32_scalar(const GemmSparseF32Args& args);
void gemm_sparse_f32_avx2(const GemmSparseF32Args& args);
void gemm_sparse_f32_neon(const GemmSparseF32Args& args);

}  // namespace linnet
