#include "kernels/pool_s8/pool_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<PoolS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, pool_s8_avx512},
    {Isa::avx2, pool_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, pool_s8_neon},
#endif
    {Isa::scalar, pool_s8_scalar},
};

}  // namespace

constexpr KernelFamily<PoolS8Fn> kPoolS8 = {"pool_s8", kVariants,
                                            sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
