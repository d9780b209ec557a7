#include "kernels/quantize_f32_s8/quantize_f32_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<QuantizeF32S8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, quantize_f32_s8_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, quantize_f32_s8_neon},
#endif
    {Isa::scalar, quantize_f32_s8_scalar},
};

}  // namespace

constexpr KernelFamily<QuantizeF32S8Fn> kQuantizeF32S8 = {"quantize_f32_s8", kVariants,
                                                          sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
