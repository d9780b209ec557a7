#include "kernels/unary_f32/unary_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<UnaryF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, unary_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, unary_f32_neon},
#endif
    {Isa::scalar, unary_f32_scalar},
};

}  // namespace

constexpr KernelFamily<UnaryF32Fn> kUnaryF32 = {"unary_f32", kVariants,
                                                sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
