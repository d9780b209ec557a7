#include "kernels/kv_cache_store/kv_cache_store.h"
#include "kernels/kv_cache_store/kv_cache_store_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void kv_cache_store_avx2(const KvCacheStoreArgs& args) {
  kv_cache_store_body<F8>(args, [](const float* x, uint8_t* y) {
    const __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(x), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y), half);
  });
}

}  // namespace linnet
