#include "kernels/gemm_s8s8/columns_from.h"
#include "kernels/gemm_s8s8/dot_panels_avx512vnni.h"
#include "kernels/gemm_s8s8/dot_stream_avx512vnni.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

namespace linnet {
namespace {

// What the columns of four panels share.
struct Columns {
  alignas(64) float scale[kTileColumns];
  alignas(64) float bias[kTileColumns];
  alignas(64) int32_t row_sums[kTileColumns];
  __mmask16 mask[2];
  __m512 low;
  __m512 high;
};

// Dequantizes and stores 16 columns of a row of a tile.
struct Store {
  const Columns* columns;
  const float* a_scale;
  const int32_t* a_zero_point;
  size_t a_scale_stride;
  float* c;
  size_t c_stride;
  const float* residual;  // or null
  size_t residual_stride;

  void operator()(size_t r, int z, __m512i sums) const {
    const __m512i zero_point = _mm512_set1_epi32(a_zero_point[r * a_scale_stride]);
    const __m512i offset =
        _mm512_mullo_epi32(zero_point, _mm512_load_si512(columns->row_sums + 16 * z));
    const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(a_scale[r * a_scale_stride]),
                                       _mm512_load_ps(columns->scale + 16 * z));
    const __m512 acc = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums, offset));
    const size_t column = 16 * static_cast<size_t>(z);
    __m512 addend = _mm512_load_ps(columns->bias + column);
    if (residual != nullptr) {
      const float* from = residual + r * residual_stride + column;
      addend = _mm512_add_ps(addend, _mm512_maskz_loadu_ps(columns->mask[z], from));
    }
    __m512 x = _mm512_add_ps(_mm512_mul_ps(scale, acc), addend);
    // The operand order lets a NaN through.
    x = _mm512_min_ps(columns->high, _mm512_max_ps(columns->low, x));
    float* to = c + r * c_stride + column;
    if (columns->mask[z] == 0xffff) {
      _mm512_storeu_ps(to, x);
    } else {
      _mm512_mask_storeu_ps(to, columns->mask[z], x);
    }
  }
};

void load_columns(const GemmS8S8F32Args& args, size_t j, size_t count, Columns* columns) {
  for (int z = 0; z < 2; ++z) {
    const __mmask16 mask = column_mask(count, z);
    columns->mask[z] = mask;
    const size_t at = j + 16 * static_cast<size_t>(z);
    const __m512 bias =
        args.bias != nullptr ? _mm512_maskz_loadu_ps(mask, args.bias + at) : _mm512_setzero_ps();
    _mm512_store_ps(columns->bias + 16 * z, bias);
    _mm512_store_ps(columns->scale + 16 * z, _mm512_maskz_loadu_ps(mask, args.w_scale + at));
    _mm512_store_si512(columns->row_sums + 16 * z,
                       _mm512_maskz_loadu_epi32(mask, args.row_sums + at));
  }
}

Columns open_columns(const GemmS8S8F32Args& args) {
  Columns columns;
  columns.low = _mm512_set1_ps(args.clamp_min);
  columns.high = _mm512_set1_ps(args.clamp_max);
  return columns;
}

// The first n columns of one row.
[[gnu::noinline]] void gemm_one_row(const GemmS8S8F32Args& args, size_t n) {
  Columns columns = open_columns(args);
  const auto store = [&](size_t j, __m512i sums) {
    load_columns(args, j, kStreamColumns, &columns);
    const float* residual = args.residual != nullptr ? args.residual + j : nullptr;
    Store{&columns, args.a_scale, args.a_zero_point, 0, args.c + j, 0, residual, 0}(0, 0, sums);
  };
  stream_row(args.a, args.w, args.w_panel_stride, n, args.k, store);
}

[[gnu::noinline]] void gemm_rows(const GemmS8S8F32Args& args) {
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
      float* c = args.c + i * args.c_stride + j;
      const auto make_store = [&](size_t first_row) {
        const size_t row = i + first_row, parameter = row * args.a_scale_stride;
        return Store{
            &columns,
            args.a_scale + parameter,
            args.a_zero_point + parameter,
            args.a_scale_stride,
            c + first_row * args.c_stride,
            args.c_stride,
            args.residual != nullptr ? args.residual + row * args.residual_stride + j : nullptr,
            args.residual_stride};
      };
      dot_panels(a, args.a_stride, corrections, rows, w, groups, make_store);
    }
  }
}

}  // namespace

void gemm_s8s8_f32_avx512vnni(const GemmS8S8F32Args& args) {
  const size_t streamed = args.m == 1 ? streamed_columns(args.n) : 0;
  if (streamed == 0) return gemm_rows(args);
  gemm_one_row(args, streamed);
  if (streamed < args.n) gemm_rows(columns_from(args, streamed));
}

}  // namespace linnet
