#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<DequantizeS8F32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, dequantize_s8_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, dequantize_s8_f32_neon},
#endif
    {Isa::scalar, dequantize_s8_f32_scalar},
};

}  // namespace

constexpr KernelFamily<DequantizeS8F32Fn> kDequantizeS8F32 = {
    "dequantize_s8_f32", kVariants, sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
