#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// 32 int8 values that pass through wider lanes and back. Unpacking and packing keep to 128-bit
// parts: of the four registers of wide lanes, register q holds the values 4q … 4q + 3 of every 16,
// and packing puts them back.

namespace linnet {
namespace {

struct Bytes256 {
  static constexpr size_t kBytes = 32;
  using Reg = __m256i;
  using Float = __m256;

  static Reg load(const int8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  static void store(int8_t* p, Reg v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
  static Reg zero() { return _mm256_setzero_si256(); }
  static Reg set8(int32_t v) { return _mm256_set1_epi8(static_cast<int8_t>(v)); }
  static Reg set16(int32_t v) { return _mm256_set1_epi16(static_cast<int16_t>(v)); }
  static Reg set32(int32_t v) { return _mm256_set1_epi32(v); }
  static Float set_float(float v) { return _mm256_set1_ps(v); }
  static Reg flip(Reg v) { return _mm256_xor_si256(v, set8(-128)); }
  static Reg low8(Reg a, Reg b) { return _mm256_unpacklo_epi8(a, b); }
  static Reg high8(Reg a, Reg b) { return _mm256_unpackhi_epi8(a, b); }
  static Reg low16(Reg a, Reg b) { return _mm256_unpacklo_epi16(a, b); }
  static Reg high16(Reg a, Reg b) { return _mm256_unpackhi_epi16(a, b); }
  static Reg pack16(Reg a, Reg b) { return _mm256_packs_epi32(a, b); }
  static Reg pack8(Reg a, Reg b) { return _mm256_packs_epi16(a, b); }
  static Reg add16(Reg a, Reg b) { return _mm256_add_epi16(a, b); }
  static Reg sub16(Reg a, Reg b) { return _mm256_sub_epi16(a, b); }
  static Reg add16_saturated(Reg a, Reg b) { return _mm256_adds_epi16(a, b); }
  static Reg upper8(Reg a) { return _mm256_srli_epi16(a, 8); }
  static Reg to_upper8(Reg a) { return _mm256_slli_epi16(a, 8); }
  static Reg add32(Reg a, Reg b) { return _mm256_add_epi32(a, b); }
  static Reg sub32(Reg a, Reg b) { return _mm256_sub_epi32(a, b); }
  static Reg min8(Reg a, Reg b) { return _mm256_min_epi8(a, b); }
  static Reg max8(Reg a, Reg b) { return _mm256_max_epi8(a, b); }
  static Float bits_of_float(Reg v) { return _mm256_castsi256_ps(v); }
  static Float to_float(Reg v) { return _mm256_cvtepi32_ps(v); }
  static Reg round(Float v) { return _mm256_cvtps_epi32(v); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
  static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
};

}  // namespace
}  // namespace linnet
