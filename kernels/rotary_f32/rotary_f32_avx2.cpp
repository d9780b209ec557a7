#include <immintrin.h>

#include "kernels/rotary_f32/rotary_f32.h"
#include "kernels/rotary_f32/rotary_f32_body.h"

namespace linnet {
namespace {

struct RotateAvx2 {
  static constexpr size_t kPairs = 8;

  static void halves(const float* x_a, const float* x_b, float* y_a, float* y_b, const float* cos,
                     const float* sin) {
    const __m256 a = _mm256_loadu_ps(x_a), b = _mm256_loadu_ps(x_b);
    const __m256 c = _mm256_loadu_ps(cos), s = _mm256_loadu_ps(sin);
    _mm256_storeu_ps(y_a, _mm256_sub_ps(_mm256_mul_ps(a, c), _mm256_mul_ps(b, s)));
    _mm256_storeu_ps(y_b, _mm256_add_ps(_mm256_mul_ps(b, c), _mm256_mul_ps(a, s)));
  }

  static void interleaved(const float* x, float* y, const float* cos, const float* sin) {
    four(x, y, cos, sin);
    four(x + 8, y + 8, cos + 4, sin + 4);
  }

 private:
  // v0 v0 v1 v1 v2 v2 v3 v3
  static __m256 doubled(const float* v) {
    const __m256 both = _mm256_broadcast_ps(reinterpret_cast<const __m128*>(v));
    return _mm256_permutevar_ps(both, _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3));
  }
  static void four(const float* x, float* y, const float* cos, const float* sin) {
    const __m256 v = _mm256_loadu_ps(x);
    const __m256 swapped = _mm256_permute_ps(v, 0xb1);
    const __m256 by_cos = _mm256_mul_ps(v, doubled(cos));
    const __m256 by_sin = _mm256_mul_ps(swapped, doubled(sin));
    _mm256_storeu_ps(y, _mm256_addsub_ps(by_cos, by_sin));
  }
};

}  // namespace

void rotary_f32_avx2(const RotaryF32Args& args) { rotary_f32_body<RotateAvx2>(args); }

}  // namespace linnet
