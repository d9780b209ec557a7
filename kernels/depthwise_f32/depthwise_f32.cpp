#include "kernels/depthwise_f32/depthwise_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<DepthwiseF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, depthwise_f32_avx512},
    {Isa::avx2, depthwise_f32_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neon, depthwise_f32_neon},
#endif
    {Isa::scalar, depthwise_f32_scalar},
};

}  // namespace

constexpr KernelFamily<DepthwiseF32Fn> kDepthwiseF32 = {"depthwise_f32", kVariants,
                                                        sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
