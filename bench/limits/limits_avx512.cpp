#include <immintrin.h>

#include <cstddef>

namespace linnet::bench {

void limit_fma_avx512(size_t steps, void* result);

void limit_fma_avx512(size_t steps, void* result) {
  constexpr int kChains = 12;
  const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(0.001f);
  __m512 sum[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) sum[i] = _mm512_set1_ps(static_cast<float>(i));
  for (size_t s = 0; s < steps; ++s) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sum[i] = _mm512_fmadd_ps(sum[i], a, b);
  }
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  _mm512_storeu_ps(static_cast<float*>(result), sum[0]);
}

}  // namespace linnet::bench
