#include "kernels/binary_f32/binary_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<BinaryF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, binary_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, binary_f32_neon},
#endif
    {Isa::scalar, binary_f32_scalar},
};

}  // namespace

constexpr KernelFamily<BinaryF32Fn> kBinaryF32 = {"binary_f32", kVariants,
                                                  sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
