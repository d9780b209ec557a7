#include <immintrin.h>

#include <cstddef>

namespace linnet::bench {

void limit_fma_avx2(size_t steps, void* result);
void limit_sign_trick_avx2(size_t steps, void* result);
void limit_unsigned_avx2(size_t steps, void* result);
void limit_unsigned_pairs_avx2(size_t steps, void* result);
void limit_int4_avx2(size_t steps, void* result);

namespace {

// Makes the compiler believe that the register changes: on an operand, so that the work stays in
// the loop; on a sum, so that the order stays and no sum is spilled.
inline void touch(__m256i& x) { __asm__ volatile("" : "+x"(x)); }

// u8 x s8, kDeep products summed in 16 bits.
template <int kDeep>
void multiply_unsigned(size_t steps, void* result) {
  constexpr int kChains = 8;
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i a = _mm256_set1_epi8(-5), w = _mm256_set1_epi8(7);
  __m256i sum[kChains];
#pragma GCC unroll 8
  for (int i = 0; i < kChains; ++i) sum[i] = _mm256_setzero_si256();
  for (size_t s = 0; s < steps; ++s) {
#pragma GCC unroll 8
    for (int i = 0; i < kChains; ++i) {
      touch(w);
      __m256i narrow = _mm256_maddubs_epi16(a, w);
#pragma GCC unroll 2
      for (int d = 1; d < kDeep; ++d) {
        touch(w);
        narrow = _mm256_add_epi16(narrow, _mm256_maddubs_epi16(a, w));
      }
      sum[i] = _mm256_add_epi32(sum[i], _mm256_madd_epi16(narrow, ones));
      touch(sum[i]);
    }
    touch(a);
  }
#pragma GCC unroll 8
  for (int i = 1; i < kChains; ++i) sum[0] = _mm256_add_epi32(sum[0], sum[i]);
  _mm256_storeu_si256(static_cast<__m256i*>(result), sum[0]);
}

}  // namespace

void limit_fma_avx2(size_t steps, void* result) {
  constexpr int kChains = 12;
  const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(0.001f);
  __m256 sum[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) sum[i] = _mm256_set1_ps(static_cast<float>(i));
  for (size_t s = 0; s < steps; ++s) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sum[i] = _mm256_fmadd_ps(sum[i], a, b);
  }
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sum[0] = _mm256_add_ps(sum[0], sum[i]);
  _mm256_storeu_ps(static_cast<float*>(result), sum[0]);
}

void limit_sign_trick_avx2(size_t steps, void* result) {
  constexpr int kChains = 8;
  const __m256i ones = _mm256_set1_epi16(1), magnitude = _mm256_set1_epi8(5);
  __m256i a = _mm256_set1_epi8(-5), w = _mm256_set1_epi8(7);
  __m256i sum[kChains];
#pragma GCC unroll 8
  for (int i = 0; i < kChains; ++i) sum[i] = _mm256_setzero_si256();
  for (size_t s = 0; s < steps; ++s) {
#pragma GCC unroll 8
    for (int i = 0; i < kChains; ++i) {
      touch(w);
      const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(w, a));
      sum[i] = _mm256_add_epi32(sum[i], _mm256_madd_epi16(pairs, ones));
      touch(sum[i]);
    }
    touch(a);
  }
#pragma GCC unroll 8
  for (int i = 1; i < kChains; ++i) sum[0] = _mm256_add_epi32(sum[0], sum[i]);
  _mm256_storeu_si256(static_cast<__m256i*>(result), sum[0]);
}

void limit_unsigned_avx2(size_t steps, void* result) { multiply_unsigned<1>(steps, result); }

void limit_unsigned_pairs_avx2(size_t steps, void* result) { multiply_unsigned<2>(steps, result); }

void limit_int4_avx2(size_t steps, void* result) {
  constexpr int kChains = 4, kDeep = 8;
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i a = _mm256_set1_epi8(-5), w = _mm256_set1_epi8(7);
  __m256i sum[kChains];
#pragma GCC unroll 4
  for (int i = 0; i < kChains; ++i) sum[i] = _mm256_setzero_si256();
  for (size_t s = 0; s < steps; ++s) {
    __m256i narrow[kChains];
#pragma GCC unroll 4
    for (int i = 0; i < kChains; ++i) narrow[i] = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int d = 0; d < kDeep; ++d) {
#pragma GCC unroll 4
      for (int i = 0; i < kChains; ++i) {
        touch(w);
        narrow[i] = _mm256_add_epi16(narrow[i], _mm256_maddubs_epi16(a, w));
        touch(narrow[i]);
      }
    }
#pragma GCC unroll 4
    for (int i = 0; i < kChains; ++i)
      sum[i] = _mm256_add_epi32(sum[i], _mm256_madd_epi16(narrow[i], ones));
    touch(a);
  }
#pragma GCC unroll 4
  for (int i = 1; i < kChains; ++i) sum[0] = _mm256_add_epi32(sum[0], sum[i]);
  _mm256_storeu_si256(static_cast<__m256i*>(result), sum[0]);
}

}  // namespace linnet::bench
