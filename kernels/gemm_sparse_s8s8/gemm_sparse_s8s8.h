#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/isa.h"
#include "kernels/pack/sparse_panels.h"

// gemm_s8s8 (the formula, contract and splitting are there) with weights of which only some k
// groups are stored. The result is that of gemm_s8s8 with the absent groups as zeros, bit for bit.
//
// Weights are -127…127 and the kinds of entries are as kernels/pack/sparse_panels.h says; else the
// results in C are unspecified and nothing besides is touched. Splitting over n at a multiple of 8:
// advance w.first by a value for each panel, w.kinds by 4, w.row_sums and w.offsets by 8.

namespace linnet {

struct GemmSparseS8S8Args {
  GemmS8S8Args gemm;  // all but its packed weights, which are not used
  SparsePanelsS8 w;   // as opened or packed, w.w 32-byte aligned; row_sums is not used
};

using GemmSparseS8S8Fn = void(const GemmSparseS8S8Args& args);

extern const KernelFamily<GemmSparseS8S8Fn> kGemmSparseS8S8;

void gemm_sparse_s8s8_scalar(const GemmSparseS8S8Args& args);
#if defined(LINNET_X86)
void gemm_sparse_s8s8_avx2(const GemmSparseS8S8Args& args);
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
void gemm_sparse_s8s8_neon(const GemmSparseS8S8Args& args);
void gemm_sparse_s8s8_neondot(const GemmSparseS8S8Args& args);
#endif

}  // namespace linnet
