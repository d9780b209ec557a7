#include "kernels/convert_f16_f32/convert_f16_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<ConvertF16F32Fn> kToF32[] = {
#if defined(LINNET_X86)
    {Isa::avx2, convert_f16_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, convert_f16_f32_neon},
#endif
    {Isa::scalar, convert_f16_f32_scalar},
};

constexpr KernelVariant<ConvertF32F16Fn> kToF16[] = {
#if defined(LINNET_X86)
    {Isa::avx2, convert_f32_f16_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, convert_f32_f16_neon},
#endif
    {Isa::scalar, convert_f32_f16_scalar},
};

}  // namespace

constexpr KernelFamily<ConvertF16F32Fn> kConvertF16F32 = {"convert_f16_f32", kToF32,
                                                          sizeof(kToF32) / sizeof(kToF32[0])};
constexpr KernelFamily<ConvertF32F16Fn> kConvertF32F16 = {"convert_f32_f16", kToF16,
                                                          sizeof(kToF16) / sizeof(kToF16[0])};

}  // namespace linnet
