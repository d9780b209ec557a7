#include "kernels/resize_linear_s8/resize_linear_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<ResizeLinearS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, resize_linear_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, resize_linear_s8_neon},
#endif
    {Isa::scalar, resize_linear_s8_scalar},
};

}  // namespace

constexpr KernelFamily<ResizeLinearS8Fn> kResizeLinearS8 = {
    "resize_linear_s8", kVariants, sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
