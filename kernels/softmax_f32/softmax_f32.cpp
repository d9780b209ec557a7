#include "kernels/softmax_f32/softmax_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<SoftmaxF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, softmax_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, softmax_f32_neon},
#endif
    {Isa::scalar, softmax_f32_scalar},
};

}  // namespace

constexpr KernelFamily<SoftmaxF32Fn> kSoftmaxF32 = {"softmax_f32", kVariants,
                                                    sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
