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

// Columns j…, `most` at most.
inline Columns load_columns(const GemmS8S8F32Args& args, size_t j, size_t most) {
  Columns columns;
  columns.count = args.n - j < most ? args.n - j : most;
  if (args.bias != nullptr) {
    std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
  }
  std::memcpy(columns.scale, args.w_scale + j, columns.count * sizeof(float));
  std::memcpy(columns.row_sums, args.row_sums + j, columns.count * sizeof(int32_t));
  return columns;
}

// What 16 columns of one row, or of all rows if they share a scale, multiply and add.
struct RowColumns {
  __m256i offset[2];
  __m256 scale[2];
};

inline RowColumns row_columns(const GemmS8S8F32Args& args, const Columns& columns, size_t i) {
  const size_t parameter = i * args.a_scale_stride;
  const __m256 a_scale = _mm256_set1_ps(args.a_scale[parameter]);
  const __m256i zero_point = _mm256_set1_epi32(args.a_zero_point[parameter]);
  RowColumns row;
#pragma GCC unroll 2
  for (size_t half = 0; half < 2; ++half) {
    row.offset[half] = _mm256_mullo_epi32(zero_point, load(columns.row_sums + 8 * half));
    row.scale[half] = _mm256_mul_ps(a_scale, _mm256_load_ps(columns.scale + 8 * half));
  }
  return row;
}

// 8 columns. residual may be null.
inline __m256 dequantize(const int32_t* sums, __m256i offset, __m256 scale, const float* bias,
                         const float* residual, __m256 low, __m256 high) {
  const __m256 acc = _mm256_cvtepi32_ps(_mm256_sub_epi32(load(sums), offset));
  __m256 addend = _mm256_load_ps(bias);
  if (residual != nullptr) addend = _mm256_add_ps(addend, _mm256_loadu_ps(residual));
  const __m256 value = _mm256_add_ps(_mm256_mul_ps(scale, acc), addend);
  // The operand order lets a NaN through.
  return _mm256_min_ps(high, _mm256_max_ps(low, value));
}

// Stores rows i … of two panels: sums_of(r) points to the sums of row i + r, those of columns 8 …
// 15 `second` values further. `most` 8: of one panel.
template <typename SumsOf>
void store_rows(const GemmS8S8F32Args& args, size_t i, size_t rows, size_t j, size_t second,
                const SumsOf& sums_of, size_t most = kStoreColumns) {
  const Columns columns = load_columns(args, j, most);
  const __m256 low = _mm256_set1_ps(args.clamp_min), high = _mm256_set1_ps(args.clamp_max);
  RowColumns row = row_columns(args, columns, i);
  float* c = args.c + i * args.c_stride + j;
  const float* residual =
      args.residual != nullptr ? args.residual + i * args.residual_stride + j : nullptr;
  alignas(32) float all[kStoreColumns] = {}, part[kStoreColumns] = {};
  for (size_t r = 0; r < rows; ++r, c += args.c_stride) {
    if (args.a_scale_stride != 0) row = row_columns(args, columns, i + r);
    const int32_t* sums = sums_of(r);
    float* to = c;
    const float* from = residual;
    if (columns.count % 8 != 0) {
      to = all;
      if (residual != nullptr) {
        std::memcpy(part, residual, columns.count * sizeof(float));
        from = part;
      }
    }
    _mm256_storeu_ps(to,
                     dequantize(sums, row.offset[0], row.scale[0], columns.bias, from, low, high));
    if (columns.count > 8) {
      _mm256_storeu_ps(to + 8,
                       dequantize(sums + second, row.offset[1], row.scale[1], columns.bias + 8,
                                  from != nullptr ? from + 8 : nullptr, low, high));
    }
    if (to == all) std::memcpy(c, all, columns.count * sizeof(float));
    if (residual != nullptr) residual += args.residual_stride;
  }
}

}  // namespace
}  // namespace linnet
