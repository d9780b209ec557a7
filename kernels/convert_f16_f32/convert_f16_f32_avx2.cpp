#include <immintrin.h>

#include "kernels/convert_f16_f32/convert_f16_f32.h"
#include "kernels/convert_f16_f32/half_bits.h"

namespace linnet {

void convert_f16_f32_avx2(const ConvertF16F32Args& args) {
  size_t i = 0;
  for (; i + 8 <= args.count; i += 8) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(args.x + i));
    _mm256_storeu_ps(args.y + i, _mm256_cvtph_ps(half));
  }
  for (; i < args.count; ++i) args.y[i] = float_of_half(args.x[i]);
}

void convert_f32_f16_avx2(const ConvertF32F16Args& args) {
  size_t i = 0;
  for (; i + 8 <= args.count; i += 8) {
    const __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(args.x + i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(args.y + i), half);
  }
  for (; i < args.count; ++i) args.y[i] = half_of_float(args.x[i]);
}

}  // namespace linnet
