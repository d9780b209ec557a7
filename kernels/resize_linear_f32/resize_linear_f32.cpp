#include "kernels/resize_linear_f32/resize_linear_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<ResizeLinearF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, resize_linear_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, resize_linear_f32_neon},
#endif
    {Isa::scalar, resize_linear_f32_scalar},
};

}  // namespace

constexpr KernelFamily<ResizeLinearF32Fn> kResizeLinearF32 = {
    "resize_linear_f32", kVariants, sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
