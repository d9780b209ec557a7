#include "kernels/rotary_f32/rotary_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<RotaryF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, rotary_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, rotary_f32_neon},
#endif
    {Isa::scalar, rotary_f32_scalar},
};

}  // namespace

constexpr KernelFamily<RotaryF32Fn> kRotaryF32 = {"rotary_f32", kVariants,
                                                  sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
