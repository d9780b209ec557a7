#include "kernels/gemm_sparse_s8s4_f32/gemm_sparse_s8s4_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<GemmSparseS8S4F32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, gemm_sparse_s8s4_f32_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neondot, gemm_sparse_s8s4_f32_neondot},
    {Isa::neon, gemm_sparse_s8s4_f32_neon},
#endif
    {Isa::scalar, gemm_sparse_s8s4_f32_scalar},
};

}  // namespace

const KernelFamily<GemmSparseS8S4F32Fn> kGemmSparseS8S4F32 = {
    "gemm_sparse_s8s4_f32", kVariants, sizeof kVariants / sizeof kVariants[0]};

}  // namespace linnet
