#include "kernels/binary_s8/binary_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<BinaryS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, binary_s8_avx512},
    {Isa::avx2, binary_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, binary_s8_neon},
#endif
    {Isa::scalar, binary_s8_scalar},
};

}  // namespace

constexpr KernelFamily<BinaryS8Fn> kBinaryS8 = {"binary_s8", kVariants,
                                                sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
