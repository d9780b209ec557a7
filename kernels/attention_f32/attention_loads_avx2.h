#pragma once

#include <cstring>

#include "kernels/kv_cache_store/kv_rows.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {
namespace {

// Loads of cache rows and what else attention_rows.h asks for, eight lanes of AVX2.
struct AttentionLoadsAvx2 {
  using F8 = linnet::F8;

  static __m256 half_scale(const uint8_t* row, size_t head_dim, size_t block) {
    uint16_t half;
    memcpy(&half, row + kv_scales_offset(KvFormat::s4, head_dim) + block * sizeof half,
           sizeof half);
    return _mm256_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(half)));
  }

  // scale · (nibble − 8) for one nibble in each lane. Both the product and the difference are
  // exact, so that one fma gives the same.
  static __m256 scaled(__m256i nibbles, __m256 scale, __m256 minus_eight_scales) {
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(nibbles), scale, minus_eight_scales);
  }

  template <KvFormat F>
  static F8 load8(const uint8_t* row, size_t head_dim, size_t i) {
    if constexpr (F == KvFormat::f32) {
      return _mm256_loadu_ps(reinterpret_cast<const float*>(row) + i);
    } else if constexpr (F == KvFormat::f16) {
      return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + 2 * i)));
    } else if constexpr (F == KvFormat::s8) {
      const __m128i codes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + i));
      return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(codes));
    } else {
      const size_t block = i / kKvBlock, place = i % kKvBlock;
      const uint8_t* from = row + block * 16 + place % 16;
      const __m256i pairs =
          _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
      const __m256 scale = half_scale(row, head_dim, block);
      const __m256i low = _mm256_and_si256(pairs, _mm256_set1_epi32(15));
      return scaled(place < 16 ? low : _mm256_srli_epi32(pairs, 4), scale,
                    _mm256_mul_ps(scale, _mm256_set1_ps(-8.0f)));
    }
  }

  template <KvFormat F>
  static void load32(const uint8_t* row, size_t head_dim, size_t i, F8* x) {
    if constexpr (F == KvFormat::s4) {
      const __m256 scale = half_scale(row, head_dim, i / kKvBlock);
      const __m256 offset = _mm256_mul_ps(scale, _mm256_set1_ps(-8.0f));
      const auto* from = reinterpret_cast<const __m128i*>(row + i / 2);
      const __m256i a = _mm256_cvtepu8_epi32(_mm_loadl_epi64(from));
      const __m256i b =
          _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + i / 2 + 8)));
      const __m256i mask = _mm256_set1_epi32(15);
      x[0] = scaled(_mm256_and_si256(a, mask), scale, offset);
      x[1] = scaled(_mm256_and_si256(b, mask), scale, offset);
      x[2] = scaled(_mm256_srli_epi32(a, 4), scale, offset);
      x[3] = scaled(_mm256_srli_epi32(b, 4), scale, offset);
    } else {
#pragma GCC unroll 4
      for (size_t u = 0; u < 4; ++u) x[u] = load8<F>(row, head_dim, i + 8 * u);
    }
  }

  // ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7))
  static float sum(F8 x) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(x.v), _mm256_extractf128_ps(x.v, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }

  // The order does not matter to a maximum.
  static float max(F8 x) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x.v), _mm256_extractf128_ps(x.v, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

  static void transpose8(F8* x) {
    const auto half = [&](int j, int u, int part) {
      const __m256 low = part == 0 ? _mm256_unpacklo_ps(x[j].v, x[j + 1].v)
                                   : _mm256_unpackhi_ps(x[j].v, x[j + 1].v);
      const __m256 high = part == 0 ? _mm256_unpacklo_ps(x[u].v, x[u + 1].v)
                                    : _mm256_unpackhi_ps(x[u].v, x[u + 1].v);
      return F8Pair{_mm256_shuffle_ps(low, high, 0x44), _mm256_shuffle_ps(low, high, 0xee)};
    };
    const F8Pair a = half(0, 2, 0), b = half(0, 2, 1), c = half(4, 6, 0), d = half(4, 6, 1);
    x[0] = _mm256_permute2f128_ps(a.first, c.first, 0x20);
    x[1] = _mm256_permute2f128_ps(a.second, c.second, 0x20);
    x[2] = _mm256_permute2f128_ps(b.first, d.first, 0x20);
    x[3] = _mm256_permute2f128_ps(b.second, d.second, 0x20);
    x[4] = _mm256_permute2f128_ps(a.first, c.first, 0x31);
    x[5] = _mm256_permute2f128_ps(a.second, c.second, 0x31);
    x[6] = _mm256_permute2f128_ps(b.first, d.first, 0x31);
    x[7] = _mm256_permute2f128_ps(b.second, d.second, 0x31);
  }

 private:
  struct F8Pair {
    __m256 first, second;
  };
};

}  // namespace
}  // namespace linnet
