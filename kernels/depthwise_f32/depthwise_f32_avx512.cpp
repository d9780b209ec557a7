#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/depthwise_f32/depthwise_f32.h"
#include "kernels/depthwise_f32/depthwise_f32_tiles.h"

namespace linnet {
namespace {

// With this mask the maskz_ forms are the plain operations; gcc 12 warns of uninitialized values
// inside its own header for the plain forms.
constexpr __mmask16 kAll = 0xFFFF;

struct Avx512 {
  using Reg = __m512;
  static constexpr size_t kLanes = 16;
  static Reg zero() { return _mm512_setzero_ps(); }
  static Reg load(const float* from) { return _mm512_loadu_ps(from); }
  static void store(float* to, Reg v) { _mm512_storeu_ps(to, v); }
  static Reg fma(Reg a, Reg b, Reg acc) { return _mm512_fmadd_ps(a, b, acc); }
  static Reg clamp(Reg v, float min, float max) {  // in this order a NaN stays a NaN
    return _mm512_maskz_min_ps(kAll, _mm512_set1_ps(max),
                               _mm512_maskz_max_ps(kAll, _mm512_set1_ps(min), v));
  }
  static __mmask16 mask(size_t n) { return static_cast<__mmask16>((1u << n) - 1u); }
  static Reg load_few(const float* from, size_t n) { return _mm512_maskz_loadu_ps(mask(n), from); }
  static void store_few(float* to, Reg v, size_t n) { _mm512_mask_storeu_ps(to, mask(n), v); }
};

}  // namespace

void depthwise_f32_avx512(const DepthwiseF32Args& args) { depthwise_run<Avx512>(args); }

}  // namespace linnet
