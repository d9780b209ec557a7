#include "kernels/rms_norm_f32/rms_norm_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<RmsNormF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, rms_norm_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, rms_norm_f32_neon},
#endif
    {Isa::scalar, rms_norm_f32_scalar},
};

}  // namespace

constexpr KernelFamily<RmsNormF32Fn> kRmsNormF32 = {"rms_norm_f32", kVariants,
                                                    sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
