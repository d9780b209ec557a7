#include "kernels/reduce_f32/reduce_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<ReduceF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, reduce_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, reduce_f32_neon},
#endif
    {Isa::scalar, reduce_f32_scalar},
};

}  // namespace

constexpr KernelFamily<ReduceF32Fn> kReduceF32 = {"reduce_f32", kVariants,
                                                  sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
