#include "kernels/reduce_s8/reduce_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<ReduceS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, reduce_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, reduce_s8_neon},
#endif
    {Isa::scalar, reduce_s8_scalar},
};

}  // namespace

constexpr KernelFamily<ReduceS8Fn> kReduceS8 = {"reduce_s8", kVariants,
                                                sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
