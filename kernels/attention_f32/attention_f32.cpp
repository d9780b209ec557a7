#include "kernels/attention_f32/attention_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<AttentionF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512, attention_f32_avx512},
    {Isa::avx2, attention_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, attention_f32_neon},
#endif
    {Isa::scalar, attention_f32_scalar},
};

}  // namespace

constexpr KernelFamily<AttentionF32Fn> kAttentionF32 = {"attention_f32", kVariants,
                                                        sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
