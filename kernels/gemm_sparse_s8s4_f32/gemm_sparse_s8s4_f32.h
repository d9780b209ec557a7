#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"
#include "kernels/isa.h"
#include "kernels/pack/sparse_panels.h"

// gemm_s8s4_f32 (the formula, contract and splitting are there) with weights of which only some k
// groups are stored. The result is that of gemm_s8s4_f32 with codes that stand for 0 in the absent
// groups, bit for bit: an absent block would add 0 * scale to a sum that is never -0.
//
// Splitting over n at a multiple of 8: advance w.first and w.first_scale by a value for each panel,
// w.lines by the blocks of each panel, gemm.comp as ever. A piece of any number of rows is as good.

namespace linnet {

struct GemmSparseS8S4F32Args {
  GemmS8S4F32Args gemm;  // all but its packed weights, which are not used; comp is that of w
  SparsePanelsS4 w;      // as opened or packed, w.w 32-byte aligned; w.comp is not used
};

using GemmSparseS8S4F32Fn = void(const GemmSparseS8S4F32Args& args);

extern const KernelFamily<GemmSparseS8S4F32Fn> kGemmSparseS8S4F32;

void gemm_sparse_s8s4_f32_scalar(const GemmSparseS8S4F32Args& args);
#if defined(LINNET_X86)
void gemm_sparse_s8s4_f32_avx2(const GemmSparseS8S4F32Args& args);
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
void gemm_sparse_s8s4_f32_neon(const GemmSparseS8S4F32Args& args);
void gemm_sparse_s8s4_f32_neondot(const GemmSparseS8S4F32Args& args);
#endif

}  // namespace linnet
