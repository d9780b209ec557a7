#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<GemmS8S8F32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512vnni, gemm_s8s8_f32_avx512vnni},
    {Isa::avx2, gemm_s8s8_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::i8mm, gemm_s8s8_f32_i8mm},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neondot, gemm_s8s8_f32_neondot},
    {Isa::neon, gemm_s8s8_f32_neon},
#endif
    {Isa::scalar, gemm_s8s8_f32_scalar},
};

}  // namespace

const KernelFamily<GemmS8S8F32Fn> kGemmS8S8F32 = {"gemm_s8s8_f32", kVariants,
                                                  sizeof kVariants / sizeof kVariants[0]};

}  // namespace linnet
