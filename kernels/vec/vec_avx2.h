#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Eight lanes of AVX2. The operations are described in vec_scalar.h.

namespace linnet {
namespace {

struct S8x32 {  // eight int32
  __m256i v;

  S8x32() = default;
  S8x32(__m256i value) : v(value) {}
  S8x32(int32_t value) : v(_mm256_set1_epi32(value)) {}

  static S8x32 load_s8(const int8_t* p) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  static S8x32 load_s8_partial(const int8_t* p, size_t count) {
    int8_t buffer[8] = {};
    memcpy(buffer, p, count);
    return load_s8(buffer);
  }
  __m128i words() const {
    return _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  }
  void store_s8(int8_t* p) const {
    const __m128i packed = words();
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(packed, packed));
  }
  void store_u8(uint8_t* p) const {
    const __m128i packed = words();
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(packed, packed));
  }
  void store_s8_partial(int8_t* p, size_t count) const {
    int8_t buffer[8];
    store_s8(buffer);
    memcpy(p, buffer, count);
  }
  void store_u8_partial(uint8_t* p, size_t count) const {
    uint8_t buffer[8];
    store_u8(buffer);
    memcpy(p, buffer, count);
  }
};

inline S8x32 operator+(S8x32 a, S8x32 b) { return _mm256_add_epi32(a.v, b.v); }
inline S8x32 operator-(S8x32 a, S8x32 b) { return _mm256_sub_epi32(a.v, b.v); }
inline S8x32 operator*(S8x32 a, S8x32 b) { return _mm256_mullo_epi32(a.v, b.v); }
inline S8x32 operator&(S8x32 a, S8x32 b) { return _mm256_and_si256(a.v, b.v); }
inline S8x32 max_of(S8x32 a, S8x32 b) { return _mm256_max_epi32(a.v, b.v); }
inline S8x32 min_of(S8x32 a, S8x32 b) { return _mm256_min_epi32(a.v, b.v); }
template <int n>
inline S8x32 shift_left(S8x32 a) {
  return _mm256_slli_epi32(a.v, n);
}
template <int n>
inline S8x32 shift_right(S8x32 a) {
  return _mm256_srai_epi32(a.v, n);
}

struct B32 {
  static constexpr size_t kBytes = 32;
  __m256i v;
  static B32 load(const int8_t* p) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
  }
  void store(int8_t* p) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
};
inline B32 max_of(B32 a, B32 b) { return {_mm256_max_epi8(a.v, b.v)}; }

struct F8 {
  static constexpr size_t kLanes = 8;
  struct Mask {
    __m256 v;
  };
  using Int = S8x32;
  using Bytes = B32;
  __m256 v;

  F8() = default;
  F8(__m256 value) : v(value) {}
  F8(float value) : v(_mm256_set1_ps(value)) {}
  static F8 load(const float* p) { return _mm256_loadu_ps(p); }
  static F8 load_partial(const float* p, size_t count) {
    float buffer[8] = {};
    memcpy(buffer, p, count * sizeof(float));
    return load(buffer);
  }
  void store(float* p) const { _mm256_storeu_ps(p, v); }
  void store_partial(float* p, size_t count) const {
    float buffer[8];
    store(buffer);
    memcpy(p, buffer, count * sizeof(float));
  }
};

inline F8 operator+(F8 a, F8 b) { return _mm256_add_ps(a.v, b.v); }
inline F8 operator-(F8 a, F8 b) { return _mm256_sub_ps(a.v, b.v); }
inline F8 operator*(F8 a, F8 b) { return _mm256_mul_ps(a.v, b.v); }
inline F8 operator/(F8 a, F8 b) { return _mm256_div_ps(a.v, b.v); }
inline F8::Mask operator<(F8 a, F8 b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
inline F8::Mask operator>(F8 a, F8 b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ)}; }
inline F8::Mask operator>=(F8 a, F8 b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_GE_OQ)}; }
inline F8::Mask operator==(F8 a, F8 b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
inline F8::Mask is_nan(F8 a) { return {_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q)}; }
inline F8::Mask either(F8::Mask a, F8::Mask b) { return {_mm256_or_ps(a.v, b.v)}; }
inline F8 select(F8::Mask mask, F8 a, F8 b) { return _mm256_blendv_ps(b.v, a.v, mask.v); }
inline F8 min_of(F8 a, F8 b) { return _mm256_min_ps(a.v, b.v); }
inline F8 max_of(F8 a, F8 b) { return _mm256_max_ps(a.v, b.v); }
inline F8 mul_add(F8 a, F8 b, F8 c) { return _mm256_fmadd_ps(a.v, b.v, c.v); }
inline F8 sqrt(F8 a) { return _mm256_sqrt_ps(a.v); }
inline F8 abs(F8 a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v); }
inline F8 neg(F8 a) { return _mm256_xor_ps(_mm256_set1_ps(-0.0f), a.v); }
inline F8 copysign(F8 magnitude, F8 sign) {
  return _mm256_or_ps(abs(magnitude).v, _mm256_and_ps(_mm256_set1_ps(-0.0f), sign.v));
}
inline F8 round_even(F8 a) {
  return _mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline F8 floor(F8 a) { return _mm256_floor_ps(a.v); }
inline F8 ceil(F8 a) { return _mm256_ceil_ps(a.v); }
inline S8x32 round_to_int(F8 a) { return _mm256_cvtps_epi32(a.v); }
inline F8 to_float(S8x32 a) { return _mm256_cvtepi32_ps(a.v); }
inline S8x32 to_bits(F8 a) { return _mm256_castps_si256(a.v); }
inline F8 from_bits(S8x32 a) { return _mm256_castsi256_ps(a.v); }

}  // namespace
}  // namespace linnet
