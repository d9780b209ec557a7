#include "kernels/gemm_s8s8/dot_ordered_avx2.h"
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

Columns load_columns(const GemmS8S8F32Args& args, size_t j) {
  Columns columns;
  columns.count = args.n - j < kSumColumns ? args.n - j : kSumColumns;
  if (args.bias != nullptr) {
    std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
  }
  std::memcpy(columns.scale, args.w_scale + j, columns.count * sizeof(float));
  std::memcpy(columns.row_sums, args.row_sums + j, columns.count * sizeof(int32_t));
  return columns;
}

// Columns 8 * half … of one row.
__m256 dequantize(const int32_t* sums, const Columns& columns, size_t half, __m256 a_scale,
                  __m256i zero_point) {
  const __m256i offset = _mm256_mullo_epi32(zero_point, load(columns.row_sums + 8 * half));
  const __m256 acc = _mm256_cvtepi32_ps(_mm256_sub_epi32(load(sums), offset));
  const __m256 scale = _mm256_mul_ps(a_scale, _mm256_load_ps(columns.scale + 8 * half));
  return _mm256_add_ps(_mm256_mul_ps(scale, acc), _mm256_load_ps(columns.bias + 8 * half));
}

// Row i of C from column j on, which is at c. The sums of columns 8 … 15 stand at second.
void store_row(const GemmS8S8F32Args& args, const int32_t* first, const int32_t* second, size_t i,
               const Columns& columns, float* c) {
  const size_t parameter = i * args.a_scale_stride;
  const __m256 a_scale = _mm256_set1_ps(args.a_scale[parameter]);
  const __m256i zero_point = _mm256_set1_epi32(args.a_zero_point[parameter]);
  const __m256 low = _mm256_set1_ps(args.clamp_min), high = _mm256_set1_ps(args.clamp_max);
  alignas(32) float all[kSumColumns];
  float* to = columns.count == kSumColumns ? c : all;
  for (size_t half = 0; half < 2; ++half) {
    const __m256 value = dequantize(half == 0 ? first : second, columns, half, a_scale, zero_point);
    // The operand order lets a NaN through.
    _mm256_storeu_ps(to + 8 * half, _mm256_min_ps(high, _mm256_max_ps(low, value)));
  }
  if (to == all) std::memcpy(c, all, columns.count * sizeof(float));
}

void gemm_ordered(const GemmS8S8F32Args& args) {
  const auto start = [](size_t, int32_t*) {};
  const auto store = [&](size_t i, size_t rows, size_t j, const PairSums* sums) {
    const Columns columns = load_columns(args, j);
    for (size_t r = 0; r < rows; ++r) {
      const PairSums& tile = sums[r / kBlockRows];
      const size_t at = r % kBlockRows * 8;
      store_row(args, tile[0] + at, tile[1] + at, i + r, columns,
                args.c + (i + r) * args.c_stride + j);
    }
  };
  dot_ordered({args.m, args.n, args.k, args.a, args.a_stride, args.w, args.w_panel_stride,
               static_cast<const uint8_t*>(args.order), args.order_stride},
              start, store);
}

void gemm_unordered(const GemmS8S8F32Args& args) {
  alignas(32) int32_t sums[kSumRows * kSumColumns];
  // A single panel leaves the second half unwritten.
  std::memset(sums, 0, sizeof sums);
  for (size_t i = 0; i < args.m; i += kSumRows) {
    const size_t rows = args.m - i < kSumRows ? args.m - i : kSumRows;
    for (size_t j = 0; j < args.n;) {
      const size_t panels = panels_at_once(rows, args.n - j);
      dot_panels(args.a + i * args.a_stride, args.a_stride, args.w + j / 8 * args.w_panel_stride,
                 args.w_panel_stride, panels, rows, args.k, sums);
      for (size_t p = 0; p < panels; p += 2, j += kSumColumns) {
        const Columns columns = load_columns(args, j);
        for (size_t r = 0; r < rows; ++r) {
          const int32_t* row = sums + 8 * p + r * kSumColumns;
          store_row(args, row, row + 8, i + r, columns, args.c + (i + r) * args.c_stride + j);
        }
      }
    }
  }
}

}  // namespace

void gemm_s8s8_f32_avx2(const GemmS8S8F32Args& args) {
  if (args.order != nullptr && args.m >= kGroupOrderRows) {
    gemm_ordered(args);
  } else {
    gemm_unordered(args);
  }
}

}  // namespace linnet
