#include "kernels/layer_norm_f32/layer_norm_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<LayerNormF32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, layer_norm_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, layer_norm_f32_neon},
#endif
    {Isa::scalar, layer_norm_f32_scalar},
};

}  // namespace

constexpr KernelFamily<LayerNormF32Fn> kLayerNormF32 = {"layer_norm_f32", kVariants,
                                                        sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
