#include "kernels/prelu_s8/prelu_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<PreluS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, prelu_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, prelu_s8_neon},
#endif
    {Isa::scalar, prelu_s8_scalar},
};

}  // namespace

constexpr KernelFamily<PreluS8Fn> kPreluS8 = {"prelu_s8", kVariants,
                                              sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
