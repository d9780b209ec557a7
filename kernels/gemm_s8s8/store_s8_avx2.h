#pragma once

#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/gemm_s8s8/row_blocks_avx2.h"

// From int32 sums to the results of gemm_s8s8 on AVX2, for it and for gemm_sparse_s8s8. Everything
// here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kStoreColumns = 16;  // two panels

// What the columns of two panels share; columns past n repeat nothing and are not stored.
struct Columns {
  alignas(32) int32_t bias[kStoreColumns] = {};
  alignas(32) float scale[kStoreColumns] = {};
  size_t count = 0;
};

struct Bounds {
  __m256 low;
  __m256 high;
  __m256i zero_point;
};

inline __m256i requantize(__m256i acc, __m256 scale, const Bounds& bounds) {
  __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(acc), scale);
  x = _mm256_min_ps(_mm256_max_ps(x, bounds.low), bounds.high);
  return _mm256_add_epi32(_mm256_cvtps_epi32(x), bounds.zero_point);
}

// Requantizes and stores `rows` rows of one or two panels, whose sums are kStoreColumns apart.
inline void store_rows(const int32_t* sums, size_t rows, const Columns& columns,
                       const Bounds& bounds, int8_t* c, size_t c_stride) {
  const __m256i bias0 = load(columns.bias);
  const __m256i bias1 = load(columns.bias + 8);
  const __m256 scale0 = _mm256_load_ps(columns.scale);
  const __m256 scale1 = _mm256_load_ps(columns.scale + 8);
  // 16-bit and 8-bit packing work inside 128-bit lanes: this brings the quads into order.
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 0, 4, 1, 5);
  for (size_t r = 0; r < rows; ++r, sums += kStoreColumns, c += c_stride) {
    const __m256i q0 = requantize(_mm256_add_epi32(load(sums), bias0), scale0, bounds);
    const __m256i q1 = requantize(_mm256_add_epi32(load(sums + 8), bias1), scale1, bounds);
    const __m256i words = _mm256_packs_epi32(q0, q1);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(words, words), order);
    const __m128i result = _mm256_castsi256_si128(bytes);
    if (columns.count == kStoreColumns) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(c), result);
    } else if (columns.count == 8) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(c), result);
    } else {
      int8_t all[kStoreColumns];
      _mm_storeu_si128(reinterpret_cast<__m128i*>(all), result);
      std::memcpy(c, all, columns.count);
    }
  }
}

inline Columns load_columns(const GemmS8S8Args& args, size_t j) {
  Columns columns;
  columns.count = args.n - j < kStoreColumns ? args.n - j : kStoreColumns;
  if (args.bias != nullptr) {
    std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(int32_t));
  }
  std::memcpy(columns.scale, args.scale + j, columns.count * sizeof(float));
  return columns;
}

inline Bounds make_bounds(const GemmS8S8Args& args) {
  return {_mm256_set1_ps(static_cast<float>(args.min - args.zero_point)),
          _mm256_set1_ps(static_cast<float>(args.max - args.zero_point)),
          _mm256_set1_epi32(args.zero_point)};
}

}  // namespace
}  // namespace linnet
