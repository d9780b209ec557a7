#include "kernels/gemm_s8s8/columns_from.h"
#include "kernels/gemm_s8s8/dot_ordered_avx2.h"
#include "kernels/gemm_s8s8/dot_panels_avx2.h"
#include "kernels/gemm_s8s8/dot_stream_avx2.h"
#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/gemm_s8s8/store_s8_avx2.h"

namespace linnet {
namespace {

static_assert(kStoreColumns == kSumColumns);

// The first n columns of one row.
void gemm_one_row(const GemmS8S8Args& args, size_t n) {
  const Bounds bounds = make_bounds(args);
  const auto store = [&](size_t j, const int32_t* sums) {
    store_rows(sums, 1, load_columns(args, j), bounds, args.c + j, 0);
  };
  stream_row(args.a, args.w, args.w_panel_stride, n, args.k, store);
}

void gemm_unordered(const GemmS8S8Args& args) {
  alignas(32) int32_t sums[kSumRows * kSumColumns];
  // A single panel leaves the second half unwritten.
  std::memset(sums, 0, sizeof sums);
  const Bounds bounds = make_bounds(args);
  for (size_t i = 0; i < args.m; i += kSumRows) {
    const size_t rows = args.m - i < kSumRows ? args.m - i : kSumRows;
    for (size_t j = 0; j < args.n;) {
      const size_t panels = panels_at_once(rows, args.n - j);
      dot_panels(args.a + i * args.a_stride, args.a_stride, args.w + j / 8 * args.w_panel_stride,
                 args.w_panel_stride, panels, rows, args.k, sums);
      for (size_t p = 0; p < panels; p += 2, j += kSumColumns) {
        store_rows(sums + 8 * p, rows, load_columns(args, j), bounds,
                   args.c + i * args.c_stride + j, args.c_stride);
      }
    }
  }
}

// Bounds of the packed form: of the float, and of 16 and 8 bits.
struct PackedBounds {
  __m256 high;
  __m256i zero_point;
  __m256i min;
};

__m256i requantize_row(const int32_t* sums, __m256 scale, __m256 high) {
  const __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(load(sums)), scale);
  // Below the range, the conversion gives INT_MIN, which packing makes the smallest value.
  return _mm256_cvtps_epi32(_mm256_min_ps(x, high));
}

// Requantizes 2 rows of 16 columns: the first in the low half.
__m256i requantize_rows(const int32_t* sums0, const int32_t* sums1, const Columns& columns,
                        const PackedBounds& bounds) {
  const __m256 scale0 = _mm256_load_ps(columns.scale), scale1 = _mm256_load_ps(columns.scale + 8);
  const __m256i first = _mm256_packs_epi32(requantize_row(sums0, scale0, bounds.high),
                                           requantize_row(sums1, scale1, bounds.high));
  const __m256i second = _mm256_packs_epi32(requantize_row(sums0 + 8, scale0, bounds.high),
                                            requantize_row(sums1 + 8, scale1, bounds.high));
  const __m256i bytes = _mm256_packs_epi16(_mm256_adds_epi16(first, bounds.zero_point),
                                           _mm256_adds_epi16(second, bounds.zero_point));
  // Packing works inside 128-bit lanes: this brings the quads of each row together.
  return _mm256_permutevar8x32_epi32(_mm256_max_epi8(bytes, bounds.min),
                                     _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

void store_blocks(const PairSums* sums, size_t rows, const Columns& columns,
                  const PackedBounds& bounds, int8_t* c, size_t c_stride) {
  for (size_t r = 0; r < rows; r += 2, c += 2 * c_stride) {
    const PairSums& tile = sums[r / kBlockRows];
    const size_t at = r % kBlockRows * 8;
    const __m256i bytes = requantize_rows(tile[0] + at, tile[1] + at, columns, bounds);
    const __m128i first = _mm256_castsi256_si128(bytes);
    const __m128i second = _mm256_extracti128_si256(bytes, 1);
    if (columns.count == kSumColumns && r + 1 < rows) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(c), first);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(c + c_stride), second);
    } else if (columns.count == 8 && r + 1 < rows) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(c), first);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(c + c_stride), second);
    } else {
      alignas(32) int8_t all[32];
      _mm256_store_si256(reinterpret_cast<__m256i*>(all), bytes);
      std::memcpy(c, all, columns.count);
      if (r + 1 < rows) std::memcpy(c + c_stride, all + 16, columns.count);
    }
  }
}

void gemm_ordered(const GemmS8S8Args& args) {
  const PackedBounds bounds = {_mm256_set1_ps(static_cast<float>(args.max - args.zero_point)),
                               _mm256_set1_epi16(static_cast<int16_t>(args.zero_point)),
                               _mm256_set1_epi8(static_cast<int8_t>(args.min))};
  const auto start = [&](size_t j, int32_t* begin) {
    if (args.bias == nullptr) return;
    alignas(32) int32_t bias[8] = {};
    std::memcpy(bias, args.bias + j, (args.n - j < 8 ? args.n - j : 8) * sizeof(int32_t));
    _mm256_store_si256(reinterpret_cast<__m256i*>(begin),
                       _mm256_add_epi32(load(begin), load(bias)));
  };
  const auto store = [&](size_t i, size_t rows, size_t j, const PairSums* sums) {
    store_blocks(sums, rows, load_columns(args, j), bounds, args.c + i * args.c_stride + j,
                 args.c_stride);
  };
  dot_ordered({args.m, args.n, args.k, args.a, args.a_stride, args.w, args.w_panel_stride,
               static_cast<const uint8_t*>(args.order), args.order_stride},
              start, store);
}

}  // namespace

void gemm_s8s8_avx2(const GemmS8S8Args& args) {
  if (args.order != nullptr && args.m >= kGroupOrderRows) {
    return gemm_ordered(args);
  }
  const size_t streamed = args.m == 1 ? streamed_columns(args.n) : 0;
  if (streamed == 0) return gemm_unordered(args);
  gemm_one_row(args, streamed);
  if (streamed < args.n) gemm_unordered(columns_from(args, streamed));
}

}  // namespace linnet
