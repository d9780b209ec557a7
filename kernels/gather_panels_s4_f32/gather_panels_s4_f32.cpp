#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<GatherPanelsS4F32Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, gather_panels_s4_f32_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, gather_panels_s4_f32_neon},
#endif
    {Isa::scalar, gather_panels_s4_f32_scalar},
};

}  // namespace

constexpr KernelFamily<GatherPanelsS4F32Fn> kGatherPanelsS4F32 = {
    "gather_panels_s4_f32", kVariants, sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
