#include "kernels/gemm_s8s8/dot_panels_avx2.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

namespace linnet {
namespace {

struct Columns {
  alignas(32) float scale[kSumColumns] = {};
  alignas(32) float bias[kSumColumns] = {};
  alignas(32) int32_t row_sums[kSumColumns] = {};
  size_t count = 0;
};

// Columns 8 * half … of one row.
__m256 dequantize(const int32_t* sums, const Columns& columns, int half, __m256 a_scale,
                  __m256i zero_point) {
  const auto load = [half](const int32_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 8 * half));
  };
  const __m256i offset = _mm256_mullo_epi32(zero_point, load(columns.row_sums));
  const __m256 acc = _mm256_cvtepi32_ps(_mm256_sub_epi32(load(sums), offset));
  const __m256 scale = _mm256_mul_ps(a_scale, _mm256_load_ps(columns.scale + 8 * half));
  return _mm256_add_ps(_mm256_mul_ps(scale, acc), _mm256_load_ps(columns.bias + 8 * half));
}

void store_rows(const GemmS8S8F32Args& args, const int32_t* sums, size_t i, size_t rows,
                const Columns& columns, float* c) {
  const __m256 low = _mm256_set1_ps(args.clamp_min);
  const __m256 high = _mm256_set1_ps(args.clamp_max);
  for (size_t r = 0; r < rows; ++r, sums += kSumColumns, c += args.c_stride) {
    const size_t parameter = (i + r) * args.a_scale_stride;
    const __m256 a_scale = _mm256_set1_ps(args.a_scale[parameter]);
    const __m256i zero_point = _mm256_set1_epi32(args.a_zero_point[parameter]);
    alignas(32) float all[kSumColumns];
    float* to = columns.count == kSumColumns ? c : all;
    for (int half = 0; half < 2; ++half) {
      const __m256 value = dequantize(sums, columns, half, a_scale, zero_point);
      // The operand order lets a NaN through.
      _mm256_storeu_ps(to + 8 * half, _mm256_min_ps(high, _mm256_max_ps(low, value)));
    }
    if (to == all) std::memcpy(c, all, columns.count * sizeof(float));
  }
}

}  // namespace

void gemm_s8s8_f32_avx2(const GemmS8S8F32Args& args) {
  alignas(32) int32_t sums[kRowChunk * kSumColumns];
  // A single panel leaves the second half unwritten.
  std::memset(sums, 0, sizeof sums);
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = args.m - i < kRowChunk ? args.m - i : kRowChunk;
    for (size_t j = 0; j < args.n; j += kSumColumns) {
      Columns columns;
      columns.count = args.n - j < kSumColumns ? args.n - j : kSumColumns;
      if (args.bias != nullptr) {
        std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
      }
      std::memcpy(columns.scale, args.w_scale + j, columns.count * sizeof(float));
      std::memcpy(columns.row_sums, args.row_sums + j, columns.count * sizeof(int32_t));
      dot_panels(args.a + i * args.a_stride, args.a_stride, args.w + j / 8 * args.w_panel_stride,
                 args.w_panel_stride, columns.count > 8 ? 2 : 1, rows, args.k, sums);
      store_rows(args, sums, i, rows, columns, args.c + i * args.c_stride + j);
    }
  }
}

}  // namespace linnet
