#include "kernels/requantize_s8/requantize_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<RequantizeS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, requantize_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, requantize_s8_neon},
#endif
    {Isa::scalar, requantize_s8_scalar},
};

}  // namespace

constexpr KernelFamily<RequantizeS8Fn> kRequantizeS8 = {"requantize_s8", kVariants,
                                                        sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
