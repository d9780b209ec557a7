#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/depthwise_f32/depthwise_f32.h"
#include "kernels/depthwise_f32/depthwise_f32_tiles.h"

namespace linnet {
namespace {

struct Avx2 {
  using Reg = __m256;
  static constexpr size_t kLanes = 8;
  static Reg zero() { return _mm256_setzero_ps(); }
  static Reg load(const float* from) { return _mm256_loadu_ps(from); }
  static void store(float* to, Reg v) { _mm256_storeu_ps(to, v); }
  static Reg fma(Reg a, Reg b, Reg acc) { return _mm256_fmadd_ps(a, b, acc); }
  static Reg clamp(Reg v, float min, float max) {  // in this order a NaN stays a NaN
    return _mm256_min_ps(_mm256_set1_ps(max), _mm256_max_ps(_mm256_set1_ps(min), v));
  }
  static __m256i mask(size_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static Reg load_few(const float* from, size_t n) { return _mm256_maskload_ps(from, mask(n)); }
  static void store_few(float* to, Reg v, size_t n) { _mm256_maskstore_ps(to, mask(n), v); }
};

}  // namespace

void depthwise_f32_avx2(const DepthwiseF32Args& args) { depthwise_run<Avx2>(args); }

}  // namespace linnet
