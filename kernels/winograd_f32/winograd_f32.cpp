#include "kernels/winograd_f32/winograd_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<WinogradInputF32Fn> kInputVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, winograd_input_f32_avx512},
    {Isa::avx2, winograd_input_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, winograd_input_f32_neon},
#endif
    {Isa::scalar, winograd_input_f32_scalar},
};

constexpr KernelVariant<WinogradOutputF32Fn> kOutputVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, winograd_output_f32_avx512},
    {Isa::avx2, winograd_output_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, winograd_output_f32_neon},
#endif
    {Isa::scalar, winograd_output_f32_scalar},
};

}  // namespace

constexpr KernelFamily<WinogradInputF32Fn> kWinogradInputF32 = {
    "winograd_f32", kInputVariants, sizeof(kInputVariants) / sizeof(kInputVariants[0])};
constexpr KernelFamily<WinogradOutputF32Fn> kWinogradOutputF32 = {
    "winograd_f32", kOutputVariants, sizeof(kOutputVariants) / sizeof(kOutputVariants[0])};

}  // namespace linnet
