#include "kernels/lut_s8/lut_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<LutS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, lut_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, lut_s8_neon},
#endif
    {Isa::scalar, lut_s8_scalar},
};

}  // namespace

constexpr KernelFamily<LutS8Fn> kLutS8 = {"lut_s8", kVariants,
                                          sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
