#include "kernels/kv_cache_store/kv_cache_store.h"

namespace linnet {
namespace {

constexpr KernelVariant<KvCacheStoreFn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, kv_cache_store_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, kv_cache_store_neon},
#endif
    {Isa::scalar, kv_cache_store_scalar},
};

}  // namespace

constexpr KernelFamily<KvCacheStoreFn> kKvCacheStore = {"kv_cache_store", kVariants,
                                                        sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet
