#include "kernels/depthwise_s8/depthwise_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<DepthwiseS8Fn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512vnni, depthwise_s8_avx512vnni},
    {Isa::avx2, depthwise_s8_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neon, depthwise_s8_neon},
#endif
    {Isa::scalar, depthwise_s8_scalar},
};

constexpr KernelVariant<DepthwiseS8PrepareFn> kPrepareVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512vnni, depthwise_s8_prepare_avx512vnni},
    {Isa::avx2, depthwise_s8_prepare_avx2},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neon, depthwise_s8_prepare_neon},
#endif
    {Isa::scalar, depthwise_s8_prepare_scalar},
};

constexpr size_t kCount = sizeof(kVariants) / sizeof(kVariants[0]);
static_assert(sizeof(kPrepareVariants) / sizeof(kPrepareVariants[0]) == kCount);

constexpr bool same_isas() {
  for (size_t i = 0; i < kCount; ++i) {
    if (kVariants[i].isa != kPrepareVariants[i].isa) return false;
  }
  return true;
}
static_assert(same_isas(), "one IsaSet must pick a matching pair");

}  // namespace

constexpr KernelFamily<DepthwiseS8Fn> kDepthwiseS8 = {"depthwise_s8", kVariants, kCount};
constexpr KernelFamily<DepthwiseS8PrepareFn> kDepthwiseS8Prepare = {"depthwise_s8_prepare",
                                                                    kPrepareVariants, kCount};

}  // namespace linnet
