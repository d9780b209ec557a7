#pragma once

#if defined(__GNUC__) && !defined(__clang__)  // gcc 12 warns of its own intrinsics
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// Sixteen lanes of AVX-512: those operations of vec_scalar.h that kernels with an AVX-512 variant
// and math_f32.h need.

namespace linnet {
namespace {

struct S32x16 {
  __m512i v;

  S32x16() = default;
  S32x16(__m512i value) : v(value) {}
  S32x16(int32_t value) : v(_mm512_set1_epi32(value)) {}
};

inline S32x16 operator+(S32x16 a, S32x16 b) { return _mm512_add_epi32(a.v, b.v); }
inline S32x16 operator-(S32x16 a, S32x16 b) { return _mm512_sub_epi32(a.v, b.v); }
template <int n>
inline S32x16 shift_left(S32x16 a) {
  return _mm512_slli_epi32(a.v, n);
}
template <int n>
inline S32x16 shift_right(S32x16 a) {
  return _mm512_srai_epi32(a.v, n);
}

struct F32x16 {
  static constexpr size_t kLanes = 16;
  struct Mask {
    __mmask16 v;
  };
  using Int = S32x16;
  __m512 v;

  F32x16() = default;
  F32x16(__m512 value) : v(value) {}
  F32x16(float value) : v(_mm512_set1_ps(value)) {}
  static F32x16 load(const float* p) { return _mm512_loadu_ps(p); }
  static F32x16 load_partial(const float* p, size_t count) {
    return _mm512_maskz_loadu_ps(first(count), p);
  }
  void store(float* p) const { _mm512_storeu_ps(p, v); }
  void store_partial(float* p, size_t count) const { _mm512_mask_storeu_ps(p, first(count), v); }
  static __mmask16 first(size_t count) { return static_cast<__mmask16>((1u << count) - 1u); }
};

inline F32x16 operator+(F32x16 a, F32x16 b) { return _mm512_add_ps(a.v, b.v); }
inline F32x16 operator-(F32x16 a, F32x16 b) { return _mm512_sub_ps(a.v, b.v); }
inline F32x16 operator*(F32x16 a, F32x16 b) { return _mm512_mul_ps(a.v, b.v); }
inline F32x16 operator/(F32x16 a, F32x16 b) { return _mm512_div_ps(a.v, b.v); }
inline F32x16::Mask operator<(F32x16 a, F32x16 b) {
  return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)};
}
inline F32x16::Mask operator>(F32x16 a, F32x16 b) {
  return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ)};
}
inline F32x16::Mask is_nan(F32x16 a) { return {_mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q)}; }
inline F32x16::Mask either(F32x16::Mask a, F32x16::Mask b) {
  return {static_cast<__mmask16>(a.v | b.v)};
}
inline F32x16 select(F32x16::Mask mask, F32x16 a, F32x16 b) {
  return _mm512_mask_blend_ps(mask.v, b.v, a.v);
}
inline F32x16 min_of(F32x16 a, F32x16 b) { return _mm512_min_ps(a.v, b.v); }
inline F32x16 max_of(F32x16 a, F32x16 b) { return _mm512_max_ps(a.v, b.v); }
inline F32x16 mul_add(F32x16 a, F32x16 b, F32x16 c) { return _mm512_fmadd_ps(a.v, b.v, c.v); }
inline F32x16 abs(F32x16 a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a.v); }
inline F32x16 copysign(F32x16 magnitude, F32x16 sign) {
  return _mm512_or_ps(abs(magnitude).v, _mm512_and_ps(_mm512_set1_ps(-0.0f), sign.v));
}
inline S32x16 round_to_int(F32x16 a) { return _mm512_cvtps_epi32(a.v); }
inline F32x16 to_float(S32x16 a) { return _mm512_cvtepi32_ps(a.v); }
inline F32x16 from_bits(S32x16 a) { return _mm512_castsi512_ps(a.v); }

}  // namespace
}  // namespace linnet
