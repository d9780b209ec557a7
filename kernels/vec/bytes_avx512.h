#pragma once

#if defined(__GNUC__) && !defined(__clang__)  // gcc 12 warns of its own intrinsics
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// 64 int8 values that pass through wider lanes and back; see bytes_avx2.h.

namespace linnet {
namespace {

struct Bytes512 {
  static constexpr size_t kBytes = 64;
  using Reg = __m512i;
  using Float = __m512;

  static Reg load(const int8_t* p) { return _mm512_loadu_si512(p); }
  static void store(int8_t* p, Reg v) { _mm512_storeu_si512(p, v); }
  static Reg zero() { return _mm512_setzero_si512(); }
  static Reg set8(int32_t v) { return _mm512_set1_epi8(static_cast<int8_t>(v)); }
  static Reg set16(int32_t v) { return _mm512_set1_epi16(static_cast<int16_t>(v)); }
  static Reg set32(int32_t v) { return _mm512_set1_epi32(v); }
  static Float set_float(float v) { return _mm512_set1_ps(v); }
  static Reg flip(Reg v) { return _mm512_xor_si512(v, set8(-128)); }
  static Reg low8(Reg a, Reg b) { return _mm512_unpacklo_epi8(a, b); }
  static Reg high8(Reg a, Reg b) { return _mm512_unpackhi_epi8(a, b); }
  static Reg low16(Reg a, Reg b) { return _mm512_unpacklo_epi16(a, b); }
  static Reg high16(Reg a, Reg b) { return _mm512_unpackhi_epi16(a, b); }
  static Reg pack16(Reg a, Reg b) { return _mm512_packs_epi32(a, b); }
  static Reg pack8(Reg a, Reg b) { return _mm512_packs_epi16(a, b); }
  static Reg add16(Reg a, Reg b) { return _mm512_add_epi16(a, b); }
  static Reg sub16(Reg a, Reg b) { return _mm512_sub_epi16(a, b); }
  static Reg add16_saturated(Reg a, Reg b) { return _mm512_adds_epi16(a, b); }
  static Reg upper8(Reg a) { return _mm512_srli_epi16(a, 8); }
  static Reg to_upper8(Reg a) { return _mm512_slli_epi16(a, 8); }
  static Reg add32(Reg a, Reg b) { return _mm512_add_epi32(a, b); }
  static Reg sub32(Reg a, Reg b) { return _mm512_sub_epi32(a, b); }
  static Reg min8(Reg a, Reg b) { return _mm512_min_epi8(a, b); }
  static Reg max8(Reg a, Reg b) { return _mm512_max_epi8(a, b); }
  static Float bits_of_float(Reg v) { return _mm512_castsi512_ps(v); }
  static Float to_float(Reg v) { return _mm512_cvtepi32_ps(v); }
  static Reg round(Float v) { return _mm512_cvtps_epi32(v); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm512_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
  static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
};

}  // namespace
}  // namespace linnet
