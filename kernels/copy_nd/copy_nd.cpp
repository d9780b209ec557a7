#include "kernels/copy_nd/copy_nd.h"

namespace linnet {
namespace {

constexpr KernelVariant<CopyNdFn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, copy_nd_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, copy_nd_neon},
#endif
    {Isa::scalar, copy_nd_scalar},
};

}  // namespace

constexpr KernelFamily<CopyNdFn> kCopyNd = {"copy_nd", kVariants,
                                            sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
