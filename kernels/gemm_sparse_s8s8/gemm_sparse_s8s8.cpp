#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<GemmSparseS8S8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, gemm_sparse_s8s8_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neondot, gemm_sparse_s8s8_neondot},
    {Isa::neon, gemm_sparse_s8s8_neon},
#endif
    {Isa::scalar, gemm_sparse_s8s8_scalar},
};

}  // namespace

const KernelFamily<GemmSparseS8S8Fn> kGemmSparseS8S8 = {"gemm_sparse_s8s8", kVariants,
                                                        sizeof kVariants / sizeof kVariants[0]};

}  // namespace linnet
