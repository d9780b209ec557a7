#include "kernels/gemm_s8s8/group_order.h"

namespace linnet {
namespace {

constexpr KernelVariant<GroupOrderFn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx512vnni, nullptr}, {Isa::avx2, group_order_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::i8mm, nullptr},
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
    {Isa::neondot, nullptr},    {Isa::neon, nullptr},
#endif
    {Isa::scalar, nullptr},
};

}  // namespace

const KernelFamily<GroupOrderFn> kGroupOrder = {"group_order", kVariants,
                                                sizeof kVariants / sizeof kVariants[0]};

}  // namespace linnet
