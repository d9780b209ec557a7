#include "kernels/gemm_s8s8/columns_from.h"
#include "kernels/gemm_s8s8/dot_panels_avx512vnni.h"
#include "kernels/gemm_s8s8/dot_stream_avx512vnni.h"
#include "kernels/gemm_s8s8/gemm_s8s8.h"

namespace linnet {
namespace {

// What the columns of four panels share.
struct Columns {
  alignas(64) int32_t bias[kTileColumns];
  alignas(64) float scale[kTileColumns];
  __mmask16 mask[2];
  __m512 low;
  __m512 high;
  __m512i zero_point;
};

// Requantizes and stores 16 columns of a row of a tile.
struct Store {
  const Columns* columns;
  int8_t* c;
  size_t c_stride;

  void operator()(size_t r, int z, __m512i sums) const {
    const __m512i acc = _mm512_add_epi32(sums, _mm512_load_si512(columns->bias + 16 * z));
    __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(acc), _mm512_load_ps(columns->scale + 16 * z));
    x = _mm512_min_ps(_mm512_max_ps(x, columns->low), columns->high);
    const __m512i q = _mm512_add_epi32(_mm512_cvtps_epi32(x), columns->zero_point);
    const __m128i bytes = _mm512_cvtsepi32_epi8(q);
    int8_t* to = c + r * c_stride + 16 * static_cast<size_t>(z);
    if (columns->mask[z] == 0xffff) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    } else {
      _mm_mask_storeu_epi8(to, columns->mask[z], bytes);
    }
  }
};

void load_columns(const GemmS8S8Args& args, size_t j, size_t count, Columns* columns) {
  for (int z = 0; z < 2; ++z) {
    const __mmask16 mask = column_mask(count, z);
    columns->mask[z] = mask;
    const size_t at = j + 16 * static_cast<size_t>(z);
    const __m512i bias = args.bias != nullptr ? _mm512_maskz_loadu_epi32(mask, args.bias + at)
                                              : _mm512_setzero_si512();
    _mm512_store_si512(columns->bias + 16 * z, bias);
    _mm512_store_ps(columns->scale + 16 * z, _mm512_maskz_loadu_ps(mask, args.scale + at));
  }
}

Columns open_columns(const GemmS8S8Args& args) {
  Columns columns;
  columns.low = _mm512_set1_ps(static_cast<float>(args.min - args.zero_point));
  columns.high = _mm512_set1_ps(static_cast<float>(args.max - args.zero_point));
  columns.zero_point = _mm512_set1_epi32(args.zero_point);
  return columns;
}

// The first n columns of one row.
[[gnu::noinline]] void gemm_one_row(const GemmS8S8Args& args, size_t n) {
  Columns columns = open_columns(args);
  const auto store = [&](size_t j, __m512i sums) {
    load_columns(args, j, kStreamColumns, &columns);
    Store{&columns, args.c + j, 0}(0, 0, sums);
  };
  stream_row(args.a, args.w, args.w_panel_stride, n, args.k, store);
}

[[gnu::noinline]] void gemm_rows(const GemmS8S8Args& args) {
  const size_t groups = (args.k + 3) / 4;
  int32_t corrections[kRowChunk];
  Columns columns = open_columns(args);
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = args.m - i < kRowChunk ? args.m - i : kRowChunk;
    const int8_t* a = args.a + i * args.a_stride;
    correct_rows(a, args.a_stride, rows, groups, corrections);
    for (size_t j = 0; j < args.n; j += kTileColumns) {
      const PanelQuad w =
          select_panels(args.w + j / 8 * args.w_panel_stride, args.w_panel_stride, args.n - j);
      load_columns(args, j, w.columns, &columns);
      int8_t* c = args.c + i * args.c_stride + j;
      const auto make_store = [&](size_t first_row) {
        return Store{&columns, c + first_row * args.c_stride, args.c_stride};
      };
      dot_panels(a, args.a_stride, corrections, rows, w, groups, make_store);
    }
  }
}

}  // namespace

void gemm_s8s8_avx512vnni(const GemmS8S8Args& args) {
  const size_t streamed = args.m == 1 ? streamed_columns(args.n) : 0;
  if (streamed == 0) return gemm_rows(args);
  gemm_one_row(args, streamed);
  if (streamed < args.n) gemm_rows(columns_from(args, streamed));
}

}  // namespace linnet
