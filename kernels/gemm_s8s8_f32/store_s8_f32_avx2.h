#pragma once

#include "kernels/gemm_s8s8/row_blocks_avx2.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

// From int32 sums to the results of gemm_s8s8_f32 on AVX2, for it and for gemm_sparse_s8s8_f32.
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kStoreColumns = 16;  // two panels

struct Columns {
  alignas(32) float scale[kStoreColumns] = {};
  alignas(32) float bias[kStoreColumns] = {};
  alignas(32) int32_t row_sums[kStoreColumns] = {};
  size_t count = 0;
};

inline Columns load_columns(const GemmS8S8F32Args& args, size_t j) {
  Columns columns;
  columns.count = args.n - j < kStoreColumns ? args.n - j : kStoreColumns;
  if (args.bias != nullptr) {
    std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
  }
  std::memcpy(columns.scale, args.w_scale + j, columns.count * sizeof(float));
  std::memcpy(columns.row_sums, args.row_sums + j, columns.count * sizeof(int32_t));
  return columns;
}

// Columns 8 * half … of one row.
inline __m256 dequantize(const int32_t* sums, const Columns& columns, size_t half, __m256 a_scale,
                         __m256i zero_point) {
  const __m256i offset = _mm256_mullo_epi32(zero_point, load(columns.row_sums + 8 * half));
  const __m256 acc = _mm256_cvtepi32_ps(_mm256_sub_epi32(load(sums), offset));
  const __m256 scale = _mm256_mul_ps(a_scale, _mm256_load_ps(columns.scale + 8 * half));
  return _mm256_add_ps(_mm256_mul_ps(scale, acc), _mm256_load_ps(columns.bias + 8 * half));
}

// Row i of C from column j on, which is at c. The sums of columns 8 … 15 stand at second.
inline void store_row(const GemmS8S8F32Args& args, const int32_t* first, const int32_t* second,
                      size_t i, const Columns& columns, float* c) {
  const size_t parameter = i * args.a_scale_stride;
  const __m256 a_scale = _mm256_set1_ps(args.a_scale[parameter]);
  const __m256i zero_point = _mm256_set1_epi32(args.a_zero_point[parameter]);
  const __m256 low = _mm256_set1_ps(args.clamp_min), high = _mm256_set1_ps(args.clamp_max);
  alignas(32) float all[kStoreColumns];
  float* to = columns.count == kStoreColumns ? c : all;
  for (size_t half = 0; half < 2; ++half) {
    const __m256 value = dequantize(half == 0 ? first : second, columns, half, a_scale, zero_point);
    // The operand order lets a NaN through.
    _mm256_storeu_ps(to + 8 * half, _mm256_min_ps(high, _mm256_max_ps(low, value)));
  }
  if (to == all) std::memcpy(c, all, columns.count * sizeof(float));
}

}  // namespace
}  // namespace linnet
