#include "kernels/gemm_f32f16/gemm_f32f16.h"

namespace linnet {
namespace {

constexpr KernelVariant<GemmF32F16Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, gemm_f32f16_avx512},
    {Isa::avx2, gemm_f32f16_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neon, gemm_f32f16_neon},
#endif
    {Isa::scalar, gemm_f32f16_scalar},
};

}  // namespace

constexpr KernelFamily<GemmF32F16Fn> kGemmF32F16 = {"gemm_f32f16", kVariants,
                                                    sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
