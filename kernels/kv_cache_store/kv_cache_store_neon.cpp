#if defined(__aarch64__)

#include "kernels/kv_cache_store/kv_cache_store.h"
#include "kernels/kv_cache_store/kv_cache_store_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void kv_cache_store_neon(const KvCacheStoreArgs& args) {
  kv_cache_store_body<F8>(args, [](const float* x, uint8_t* y) {
    vst1_u8(y, vreinterpret_u8_f16(vcvt_f16_f32(vld1q_f32(x))));
    vst1_u8(y + 8, vreinterpret_u8_f16(vcvt_f16_f32(vld1q_f32(x + 4))));
  });
}

}  // namespace linnet

#endif
