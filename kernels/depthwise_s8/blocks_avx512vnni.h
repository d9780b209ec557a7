#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/depthwise_s8/depthwise_s8_tiles.h"

// The blocks of channels that depthwise_s8 takes at once with AVX-512 VNNI: a register of one
// pixel, or of two, its loads and its stores. Local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kWide = 64;
constexpr size_t kNarrow = 32;

// The blocks of c channels.
struct Blocks {
  size_t wide;
  size_t narrow;
};

inline Blocks split_channels(size_t c) {
  const size_t rest = c % kWide;
  if (c > kWide && rest > kNarrow) return {c / kWide + 1, 0};
  return {c / kWide, (rest + kNarrow - 1) / kNarrow};
}

struct Job : DepthwiseJob {
  Blocks split;
  size_t channel_bytes;  // of a block, for each of its channels
  __m512 top;            // clamp_max - y_zero
  __m512i y_zero;
  __m512i low;  // clamp_min
  __m512i high;
};

// 64 channels.
struct Wide {
  using Reg = __m512i;
  using Mask = __mmask64;  // not looked at
  static constexpr size_t kChannels = kWide;
  static Reg load(const int8_t* x, Mask) { return _mm512_loadu_si512(x); }
  static void store(int8_t* y, Mask, Reg v) { _mm512_storeu_si512(y, v); }
  static Reg flip(Reg v) { return _mm512_xor_si512(v, _mm512_set1_epi8(-128)); }
  static Reg aligned(const unsigned char* from) { return _mm512_load_si512(from); }
  static Reg dot(Reg sum, Reg x, Reg w) { return _mm512_dpbusd_epi32(sum, x, w); }
  static Reg low8(Reg a, Reg b) { return _mm512_unpacklo_epi8(a, b); }
  static Reg high8(Reg a, Reg b) { return _mm512_unpackhi_epi8(a, b); }
  static Reg low16(Reg a, Reg b) { return _mm512_unpacklo_epi16(a, b); }
  static Reg high16(Reg a, Reg b) { return _mm512_unpackhi_epi16(a, b); }
  static Reg scaled(Reg sum, const unsigned char* scale) {
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_load_ps(scale)));
  }
  static Reg scaled_below(Reg sum, const unsigned char* scale, const Job& job) {
    const __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_load_ps(scale));
    return _mm512_cvtps_epi32(_mm512_min_ps(x, job.top));
  }
  static Reg pack16(Reg a, Reg b, const Job& job) {
    return _mm512_adds_epi16(_mm512_packs_epi32(a, b), job.y_zero);
  }
  static Reg pack8(Reg a, Reg b, const Job& job) {
    return _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(a, b), job.low), job.high);
  }
};

// Up to 32 channels.
struct Narrow {
  using Reg = __m256i;
  using Mask = __mmask32;
  static constexpr size_t kChannels = kNarrow;
  static Reg load(const int8_t* x, Mask mask) { return _mm256_maskz_loadu_epi8(mask, x); }
  static void store(int8_t* y, Mask mask, Reg v) { _mm256_mask_storeu_epi8(y, mask, v); }
  static Reg flip(Reg v) { return _mm256_xor_si256(v, _mm256_set1_epi8(-128)); }
  static Reg aligned(const unsigned char* from) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(from));
  }
  static Reg dot(Reg sum, Reg x, Reg w) { return _mm256_dpbusd_epi32(sum, x, w); }
  static Reg low8(Reg a, Reg b) { return _mm256_unpacklo_epi8(a, b); }
  static Reg high8(Reg a, Reg b) { return _mm256_unpackhi_epi8(a, b); }
  static Reg low16(Reg a, Reg b) { return _mm256_unpacklo_epi16(a, b); }
  static Reg high16(Reg a, Reg b) { return _mm256_unpackhi_epi16(a, b); }
  static __m256 product(Reg sum, const unsigned char* scale) {
    return _mm256_mul_ps(_mm256_cvtepi32_ps(sum),
                         _mm256_load_ps(reinterpret_cast<const float*>(scale)));
  }
  static Reg scaled(Reg sum, const unsigned char* scale) {
    return _mm256_cvtps_epi32(product(sum, scale));
  }
  static Reg scaled_below(Reg sum, const unsigned char* scale, const Job& job) {
    return _mm256_cvtps_epi32(_mm256_min_ps(product(sum, scale), _mm512_castps512_ps256(job.top)));
  }
  static Reg pack16(Reg a, Reg b, const Job& job) {
    return _mm256_adds_epi16(_mm256_packs_epi32(a, b), _mm512_castsi512_si256(job.y_zero));
  }
  static Reg pack8(Reg a, Reg b, const Job& job) {
    const Reg out = _mm256_max_epi8(_mm256_packs_epi16(a, b), _mm512_castsi512_si256(job.low));
    return _mm256_min_epi8(out, _mm512_castsi512_si256(job.high));
  }
};

// Up to 32 channels of two pixels: a register of 64 bytes takes few more cycles than one of 32.
struct TwoNarrow : Wide {
  struct Mask {
    __mmask32 channels;
    size_t x, y;  // from the first pixel to the second
  };
  static constexpr size_t kChannels = kNarrow;
  static Reg both(__m256i first, __m256i second) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
  }
  static Reg load(const int8_t* x, const Mask& mask) {
    return both(_mm256_maskz_loadu_epi8(mask.channels, x),
                _mm256_maskz_loadu_epi8(mask.channels, x + mask.x));
  }
  static void store(int8_t* y, const Mask& mask, Reg v) {
    _mm256_mask_storeu_epi8(y, mask.channels, _mm512_castsi512_si256(v));
    _mm256_mask_storeu_epi8(y + mask.y, mask.channels, _mm512_extracti64x4_epi64(v, 1));
  }
  static Reg aligned(const unsigned char* from) {
    return _mm512_broadcast_i64x4(_mm256_load_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static Reg scaled(Reg sum, const unsigned char* scale) {
    const __m512 factors =
        _mm512_broadcast_f32x8(_mm256_load_ps(reinterpret_cast<const float*>(scale)));
    return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(sum), factors));
  }
};

// … all 32: a masked load costs as much as the operation behind it.
struct TwoHalves : TwoNarrow {
  static __m256i load_half(const int8_t* x) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
  }
  static Reg load(const int8_t* x, const Mask& mask) {
    return both(load_half(x), load_half(x + mask.x));
  }
  static void store(int8_t* y, const Mask& mask, Reg v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(y), _mm512_castsi512_si256(v));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + mask.y), _mm512_extracti64x4_epi64(v, 1));
  }
};

}  // namespace
}  // namespace linnet
