#include "kernels/pool_f32/pool_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<PoolF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, pool_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, pool_f32_neon},
#endif
    {Isa::scalar, pool_f32_scalar},
};

}  // namespace

constexpr KernelFamily<PoolF32Fn> kPoolF32 = {"pool_f32", kVariants,
                                              sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
