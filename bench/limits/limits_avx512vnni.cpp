#include <immintrin.h>

#include <cstddef>

namespace linnet::bench {

void limit_dot_avx512vnni(size_t steps, void* result);

namespace {

// Makes the compiler believe that the sum changes: without it, GCC 12 copies every sum.
inline void touch(__m512i& x) { __asm__ volatile("" : "+v"(x)); }

}  // namespace

void limit_dot_avx512vnni(size_t steps, void* result) {
  constexpr int kChains = 12;
  const __m512i a = _mm512_set1_epi8(5), w = _mm512_set1_epi8(-7);
  __m512i sum[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) sum[i] = _mm512_set1_epi32(i);
  for (size_t s = 0; s < steps; ++s) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) {
      sum[i] = _mm512_dpbusd_epi32(sum[i], a, w);
      touch(sum[i]);
    }
  }
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sum[0] = _mm512_add_epi32(sum[0], sum[i]);
  _mm512_storeu_si512(result, sum[0]);
}

}  // namespace linnet::bench
