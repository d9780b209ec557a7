#include "kernels/prelu_f32/prelu_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<PreluF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, prelu_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, prelu_f32_neon},
#endif
    {Isa::scalar, prelu_f32_scalar},
};

}  // namespace

constexpr KernelFamily<PreluF32Fn> kPreluF32 = {"prelu_f32", kVariants,
                                                sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
