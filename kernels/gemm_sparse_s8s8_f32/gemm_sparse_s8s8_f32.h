#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"
#include "kernels/isa.h"
#include "kernels/pack/sparse_panels.h"

// gemm_s8s8_f32 (the formula, contract and splitting are there) with weights of which only some k
// groups are stored. The result is that of gemm_s8s8_f32 with the absent groups as zeros, bit for
// bit.
//
// Weights are -127…127 and the kinds of entries are as kernels/pack/sparse_panels.h says; else the
// results in C are unspecified and nothing besides is touched. Splitting over n at a multiple of 8:
// advance w.first by a value for each panel, w.kinds by 4, w.offsets by 8, gemm.row_sums as ever.

namespace linnet {

struct GemmSparseS8S8F32Args {
  GemmS8S8F32Args gemm;  // all but its packed weights, which are not used; row_sums are those of w
  SparsePanelsS8 w;      // as opened or packed, w.w 32-byte aligned; w.row_sums is not used
};

using GemmSparseS8S8F32Fn = void(const GemmSparseS8S8F32Args& args);

extern const KernelFamily<GemmSparseS8S8F32Fn> kGemmSparseS8S8F32;

void gemm_sparse_s8s8_f32_scalar(const GemmSparseS8S8F32Args& args);
#if defined(LINNET_X86)
void gemm_sparse_s8s8_f32_avx2(const GemmSparseS8S8F32Args& args);
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
void gemm_sparse_s8s8_f32_neon(const GemmSparseS8S8F32Args& args);
void gemm_sparse_s8s8_f32_neondot(const GemmSparseS8S8F32Args& args);
#endif

}  // namespace linnet
