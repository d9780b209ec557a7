#include "kernels/gemm_f32/gemm_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<GemmF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, gemm_f32_avx512},
    {Isa::avx2, gemm_f32_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neon, gemm_f32_neon},
#endif
    {Isa::scalar, gemm_f32_scalar},
};

}  // namespace

constexpr KernelFamily<GemmF32Fn> kGemmF32 = {"gemm_f32", kVariants,
                                              sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
