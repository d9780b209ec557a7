#include "kernels/gemm_s8s8/dot_panels_avx2.h"
#include "kernels/gemm_s8s8/gemm_s8s8.h"

namespace linnet {
namespace {

// What the columns of two panels share; columns past n repeat nothing and are not stored.
struct Columns {
  alignas(32) int32_t bias[kSumColumns] = {};
  alignas(32) float scale[kSumColumns] = {};
  size_t count = 0;
};

struct Bounds {
  __m256 low;
  __m256 high;
  __m256i zero_point;
};

__m256i requantize(__m256i acc, __m256 scale, const Bounds& bounds) {
  __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(acc), scale);
  x = _mm256_min_ps(_mm256_max_ps(x, bounds.low), bounds.high);
  return _mm256_add_epi32(_mm256_cvtps_epi32(x), bounds.zero_point);
}

void store_rows(const int32_t* sums, size_t rows, const Columns& columns, const Bounds& bounds,
                int8_t* c, size_t c_stride) {
  const auto load = [](const int32_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  };
  const __m256i bias0 = load(columns.bias);
  const __m256i bias1 = load(columns.bias + 8);
  const __m256 scale0 = _mm256_load_ps(columns.scale);
  const __m256 scale1 = _mm256_load_ps(columns.scale + 8);
  // 16-bit and 8-bit packing work inside 128-bit lanes: this brings the quads into order.
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 0, 4, 1, 5);
  for (size_t r = 0; r < rows; ++r, sums += kSumColumns, c += c_stride) {
    const __m256i q0 = requantize(_mm256_add_epi32(load(sums), bias0), scale0, bounds);
    const __m256i q1 = requantize(_mm256_add_epi32(load(sums + 8), bias1), scale1, bounds);
    const __m256i words = _mm256_packs_epi32(q0, q1);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(words, words), order);
    const __m128i result = _mm256_castsi256_si128(bytes);
    if (columns.count == kSumColumns) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(c), result);
    } else if (columns.count == 8) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(c), result);
    } else {
      int8_t all[kSumColumns];
      _mm_storeu_si128(reinterpret_cast<__m128i*>(all), result);
      std::memcpy(c, all, columns.count);
    }
  }
}

}  // namespace

void gemm_s8s8_avx2(const GemmS8S8Args& args) {
  alignas(32) int32_t sums[kRowChunk * kSumColumns];
  // A single panel leaves the second half unwritten.
  std::memset(sums, 0, sizeof sums);
  const Bounds bounds = {_mm256_set1_ps(static_cast<float>(args.min - args.zero_point)),
                         _mm256_set1_ps(static_cast<float>(args.max - args.zero_point)),
                         _mm256_set1_epi32(args.zero_point)};
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = args.m - i < kRowChunk ? args.m - i : kRowChunk;
    for (size_t j = 0; j < args.n; j += kSumColumns) {
      Columns columns;
      columns.count = args.n - j < kSumColumns ? args.n - j : kSumColumns;
      if (args.bias != nullptr) {
        std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(int32_t));
      }
      std::memcpy(columns.scale, args.scale + j, columns.count * sizeof(float));
      dot_panels(args.a + i * args.a_stride, args.a_stride, args.w + j / 8 * args.w_panel_stride,
                 args.w_panel_stride, columns.count > 8 ? 2 : 1, rows, args.k, sums);
      store_rows(sums, rows, columns, bounds, args.c + i * args.c_stride + j, args.c_stride);
    }
  }
}

}  // namespace linnet
