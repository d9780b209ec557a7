#include "kernels/gemm_s8s8/columns_from.h"
#include "kernels/gemm_s8s8/dot_ordered_avx2.h"
#include "kernels/gemm_s8s8/dot_panels_avx2.h"
#include "kernels/gemm_s8s8/dot_short_avx2.h"
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

PackedBounds make_packed_bounds(const GemmS8S8Args& args) {
  return {_mm256_set1_ps(static_cast<float>(args.max - args.zero_point)),
          _mm256_set1_epi16(static_cast<int16_t>(args.zero_point)),
          _mm256_set1_epi8(static_cast<int8_t>(args.min))};
}

// Of columns j… j + 7.
__m256i load_bias(const GemmS8S8Args& args, size_t j) {
  alignas(32) int32_t bias[8] = {};
  if (args.bias != nullptr) {
    std::memcpy(bias, args.bias + j, (args.n - j < 8 ? args.n - j : 8) * sizeof(int32_t));
  }
  return load(bias);
}

__m256i requantize_row(__m256i sums, __m256 scale, __m256 high) {
  const __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
  // Below the range, the conversion gives INT_MIN, which packing makes the smallest value.
  return _mm256_cvtps_epi32(_mm256_min_ps(x, high));
}

// Four times 8 values to bytes, in their order.
__m256i pack_bytes(__m256i q0, __m256i q1, __m256i q2, __m256i q3, const PackedBounds& bounds) {
  const __m256i first = _mm256_adds_epi16(_mm256_packs_epi32(q0, q1), bounds.zero_point);
  const __m256i second = _mm256_adds_epi16(_mm256_packs_epi32(q2, q3), bounds.zero_point);
  const __m256i bytes = _mm256_max_epi8(_mm256_packs_epi16(first, second), bounds.min);
  // Packing works inside 128-bit lanes: this brings the quads together.
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

// Requantizes 2 rows of 16 columns, those of the second panel at sums1.
__m256i requantize_rows(const int32_t* sums0, const int32_t* sums1, const Columns& columns,
                        const PackedBounds& bounds) {
  const __m256 scale0 = _mm256_load_ps(columns.scale), scale1 = _mm256_load_ps(columns.scale + 8);
  return pack_bytes(requantize_row(load(sums0), scale0, bounds.high),
                    requantize_row(load(sums1), scale1, bounds.high),
                    requantize_row(load(sums0 + 8), scale0, bounds.high),
                    requantize_row(load(sums1 + 8), scale1, bounds.high), bounds);
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

// 8 rows of 8 columns, `stride` bytes from row to row.
void store_short_tile(const __m256i (&acc)[kBlockRows], __m256 scale, const PackedBounds& bounds,
                      int8_t* c, size_t stride) {
#pragma GCC unroll 2
  for (size_t r = 0; r < kBlockRows; r += 4, c += 4 * stride) {
    const __m256i quad = pack_bytes(requantize_row(acc[r], scale, bounds.high),
                                    requantize_row(acc[r + 1], scale, bounds.high),
                                    requantize_row(acc[r + 2], scale, bounds.high),
                                    requantize_row(acc[r + 3], scale, bounds.high), bounds);
    const __m128i first = _mm256_castsi256_si128(quad), second = _mm256_extracti128_si256(quad, 1);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(c), first);
    _mm_storeh_pi(reinterpret_cast<__m64*>(c + stride), _mm_castsi128_ps(first));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(c + 2 * stride), second);
    _mm_storeh_pi(reinterpret_cast<__m64*>(c + 3 * stride), _mm_castsi128_ps(second));
  }
}

void gemm_short(const GemmS8S8Args& args) {
  const PackedBounds bounds = make_packed_bounds(args);
  const auto begin_of = [&](size_t j) { return load_bias(args, j); };
  const auto store_of = [&](size_t j) {
    const size_t count = args.n - j < 8 ? args.n - j : 8;
    alignas(32) float scales[8] = {};
    std::memcpy(scales, args.scale + j, count * sizeof(float));
    const __m256 scale = _mm256_load_ps(scales);
    return
        [&args, &bounds, j, count, scale](size_t i, size_t rows, const __m256i(&acc)[kBlockRows]) {
          int8_t* const c = args.c + i * args.c_stride + j;
          if (count == 8 && rows == kBlockRows) {
            return store_short_tile(acc, scale, bounds, c, args.c_stride);
          }
          alignas(32) int8_t all[8 * kBlockRows];
          store_short_tile(acc, scale, bounds, all, 8);
          for (size_t r = 0; r < rows; ++r) std::memcpy(c + r * args.c_stride, all + 8 * r, count);
        };
  };
  dot_short({args.m, args.n, args.k, args.a, args.a_stride, args.w, args.w_panel_stride}, begin_of,
            store_of);
}

void gemm_ordered(const GemmS8S8Args& args) {
  const PackedBounds bounds = make_packed_bounds(args);
  const auto start = [&](size_t j, int32_t* begin) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(begin),
                       _mm256_add_epi32(load(begin), load_bias(args, j)));
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
  if (is_short(args.m, args.k)) return gemm_short(args);
  if (args.order != nullptr && args.m >= kGroupOrderRows) {
    return gemm_ordered(args);
  }
  const size_t streamed = args.m == 1 ? streamed_columns(args.n) : 0;
  if (streamed == 0) return gemm_unordered(args);
  gemm_one_row(args, streamed);
  if (streamed < args.n) gemm_unordered(columns_from(args, streamed));
}

}  // namespace linnet
