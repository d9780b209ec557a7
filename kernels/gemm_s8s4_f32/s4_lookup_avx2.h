#pragma once

#include <immintrin.h>

#include <cstring>

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

// What both forms of gemm_s8s4_f32 on AVX2 share: looking up nibbles, exact products, the last step
// from sums to results. Private to its ISA file.
//
// kDepth: products of u8 and small table entries are summed in 16 bits, kDepth k groups deep (a
// step), before they are widened. kDepth 0 stands for tables too large for that, where |a - 128|
// times w with the sign of a - 128 is exact, and 128 * sum of w makes up for the shift.

namespace linnet {
namespace {

constexpr size_t kColumns = 16;    // two panels
constexpr size_t kLineBytes = 32;  // two k groups of a panel, packed
constexpr size_t kScaleBytes = 16;

inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Lines that hold k values.
inline size_t line_count(size_t k) { return (k + 7) / 8; }

inline __m256i load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

inline void store(void* to, __m256i value) {
  _mm256_storeu_si256(static_cast<__m256i*>(to), value);
}

inline __m256i broadcast_quad(const uint8_t* a) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return _mm256_set1_epi32(quad);
}

inline __m256 load_scales(const uint8_t* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

inline __m256i widen(__m256i words) { return _mm256_madd_epi16(words, _mm256_set1_epi16(1)); }

// 128 * sum of each row's 4 values.
inline __m256i shift_of(__m256i w) {
  return widen(_mm256_maddubs_epi16(_mm256_set1_epi8(-128), w));
}

// (a - 128) * w, summed over each row's 4 values.
inline __m256i dot_signed(__m256i a, __m256i w) {
  const __m256i value = _mm256_xor_si256(a, _mm256_set1_epi8(-128));
  return widen(_mm256_maddubs_epi16(_mm256_abs_epi8(value), _mm256_sign_epi8(w, value)));
}

// Keeps GCC from regrouping the sums of an unrolled loop, which takes more registers than there
// are.
inline void keep_order(__m256i* sum) {
#if defined(__GNUC__)
  __asm__("" : "+x"(*sum));
#else
  static_cast<void>(sum);
#endif
}

// *sum = the products of u8 and s8 pairs if kFirst, else += them.
template <bool kFirst>
inline void add_products(__m256i value, __m256i w, __m256i* sum) {
  const __m256i products = _mm256_maddubs_epi16(value, w);
  *sum = kFirst ? products : _mm256_add_epi16(*sum, products);
  keep_order(sum);
}

struct Lookup {
  __m256i table;
  __m256i mask;

  __m256i low(__m256i line) const {
    return _mm256_shuffle_epi8(table, _mm256_and_si256(line, mask));
  }
  __m256i high(__m256i line) const {
    return _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(line, 4), mask));
  }
};

// Which of 8 columns exist.
inline __m256i column_mask(size_t columns) {
  const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(columns)), index);
}

// Scales, offsets, clamps and stores kPanels panels, from column j on, of `rows` rows.
template <size_t kPanels>
[[gnu::noinline]] void store_rows(const GemmS8S4F32Args& args, const float* sums,
                                  size_t sums_stride, size_t i, size_t rows, size_t j) {
  const size_t last = smaller(args.n - j, 8 * kPanels) - 8 * (kPanels - 1);
  const __m256i mask = column_mask(last);
  const __m256 low = _mm256_set1_ps(args.clamp_min);
  const __m256 high = _mm256_set1_ps(args.clamp_max);
  __m256 comp[kPanels], bias[kPanels];
#pragma GCC unroll 2
  for (size_t p = 0; p < kPanels; ++p) {
    comp[p] = _mm256_loadu_ps(args.comp + j + 8 * p);
    const __m256i exist = p + 1 < kPanels ? _mm256_set1_epi32(-1) : mask;
    bias[p] = args.bias == nullptr ? _mm256_setzero_ps()
                                   : _mm256_maskload_ps(args.bias + j + 8 * p, exist);
  }
  float* c = args.c + i * args.c_stride + j;
  for (size_t r = 0; r < rows; ++r, sums += sums_stride, c += args.c_stride) {
    const size_t parameter = (i + r) * args.a_scale_stride;
    const __m256 a_scale = _mm256_set1_ps(args.a_scale[parameter]);
    const __m256 zero_point = _mm256_set1_ps(static_cast<float>(args.a_zero_point[parameter]));
#pragma GCC unroll 2
    for (size_t p = 0; p < kPanels; ++p) {
      const __m256 offset = _mm256_mul_ps(zero_point, comp[p]);
      const __m256 acc = _mm256_sub_ps(_mm256_loadu_ps(sums + 8 * p), offset);
      // The operand order lets a NaN through.
      const __m256 value = _mm256_min_ps(
          high, _mm256_max_ps(low, _mm256_add_ps(_mm256_mul_ps(a_scale, acc), bias[p])));
      if (p + 1 < kPanels || last == 8) {
        _mm256_storeu_ps(c + 8 * p, value);
      } else {
        _mm256_maskstore_ps(c + 8 * p, mask, value);
      }
    }
  }
}

}  // namespace
}  // namespace linnet
