#include "kernels/minmax_f32/minmax_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<MinmaxF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, minmax_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, minmax_f32_neon},
#endif
    {Isa::scalar, minmax_f32_scalar},
};

}  // namespace

constexpr KernelFamily<MinmaxF32Fn> kMinmaxF32 = {"minmax_f32", kVariants,
                                                  sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
