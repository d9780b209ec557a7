#include "kernels/gemm_s8s8/columns_from.h"
#include "kernels/gemm_s8s8/dot_ordered_avx2.h"
#include "kernels/gemm_s8s8/dot_panels_avx2.h"
#include "kernels/gemm_s8s8/dot_short_avx2.h"
#include "kernels/gemm_s8s8/dot_stream_avx2.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"
#include "kernels/gemm_s8s8_f32/store_s8_f32_avx2.h"

namespace linnet {
namespace {

static_assert(kStoreColumns == kSumColumns);

void gemm_ordered(const GemmS8S8F32Args& args) {
  const auto start = [](size_t, int32_t*) {};
  const auto store = [&](size_t i, size_t rows, size_t j, const PairSums* sums) {
    store_rows(args, i, rows, j, kTileSums,
               [&](size_t r) { return sums[r / kBlockRows][0] + r % kBlockRows * 8; });
  };
  dot_ordered({args.m, args.n, args.k, args.a, args.a_stride, args.w, args.w_panel_stride,
               static_cast<const uint8_t*>(args.order), args.order_stride},
              start, store);
}

void gemm_short(const GemmS8S8F32Args& args) {
  const auto begin_of = [](size_t) { return _mm256_setzero_si256(); };
  const auto store_of = [&](size_t j) {
    return [&args, j](size_t i, size_t rows, const __m256i(&acc)[kBlockRows]) {
      alignas(32) int32_t sums[kTileSums];
#pragma GCC unroll 8
      for (size_t r = 0; r < kBlockRows; ++r) store(sums + 8 * r, acc[r]);
      store_rows(
          args, i, rows, j, 0, [&](size_t r) { return sums + 8 * r; }, 8);
    };
  };
  dot_short({args.m, args.n, args.k, args.a, args.a_stride, args.w, args.w_panel_stride}, begin_of,
            store_of);
}

// The first n columns of one row.
void gemm_one_row(const GemmS8S8F32Args& args, size_t n) {
  const auto store = [&](size_t j, const int32_t* sums) {
    store_rows(args, 0, 1, j, 8, [&](size_t) { return sums; });
  };
  stream_row(args.a, args.w, args.w_panel_stride, n, args.k, store);
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
        store_rows(args, i, rows, j, 8, [&](size_t r) { return sums + 8 * p + r * kSumColumns; });
      }
    }
  }
}

}  // namespace

void gemm_s8s8_f32_avx2(const GemmS8S8F32Args& args) {
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
