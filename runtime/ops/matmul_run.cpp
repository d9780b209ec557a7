#include "kernels/requantize.h"
#include "runtime/ops/matmul_plan.h"

namespace linnet {
namespace {

const float* at(const float* values, size_t i) { return values ? values + i : nullptr; }

// k == 0: every result is bias and residual, which the integer kernels do not offer.
void fill_bias(const MatmulPlan& p, const MatmulBlob& blob, const MatmulRows& rows, size_t begin,
               size_t end) {
  for (size_t row = 0; row < rows.m; ++row) {
    for (size_t j = begin; j < end; ++j) {
      const size_t at = row * rows.c_stride + j, channel = blob.channel + j;
      if (p.kind == MatmulKind::s8) {
        static_cast<int8_t*>(rows.c)[at] = requantize_s8(blob.folded_bias[j], p.scale[channel],
                                                         p.y_zero, p.clamp.min, p.clamp.max);
      } else {
        float sum = p.bias ? p.bias[channel] : 0.0f;
        if (rows.residual) sum += rows.residual[at];
        static_cast<float*>(rows.c)[at] = sum < p.lo ? p.lo : sum > p.hi ? p.hi : sum;
      }
    }
  }
}

const std::byte* order_at(const MatmulBlob& blob, size_t begin) {
  return blob.order ? blob.order + begin / 8 * blob.order_bytes : nullptr;
}

void run_f32(const MatmulPlan& p, const MatmulBlob& blob, const MatmulRows& rows,
             const std::byte* w, size_t begin, size_t end) {
  const float* bias = at(p.bias, blob.channel + begin);
  const float* a = static_cast<const float*>(rows.a);
  float* c = static_cast<float*>(rows.c) + begin;
  const float* residual = at(rows.residual, begin);
  if (p.kind == MatmulKind::f32) {
    p.f32({.a = a,
           .lda = rows.a_stride,
           .w = reinterpret_cast<const float*>(w),
           .bias = bias,
           .c = c,
           .ldc = rows.c_stride,
           .m = rows.m,
           .n = end - begin,
           .k = blob.k,
           .clamp_min = p.lo,
           .clamp_max = p.hi,
           .residual = residual,
           .residual_stride = rows.c_stride});
  } else {
    p.f32_f16({.a = a,
               .lda = rows.a_stride,
               .w = reinterpret_cast<const uint16_t*>(w),
               .bias = bias,
               .c = c,
               .ldc = rows.c_stride,
               .m = rows.m,
               .n = end - begin,
               .k = blob.k,
               .clamp_min = p.lo,
               .clamp_max = p.hi,
               .residual = residual,
               .residual_stride = rows.c_stride});
  }
}

void run_s8(const MatmulPlan& p, const MatmulBlob& blob, const MatmulRows& rows, const std::byte* w,
            size_t begin, size_t end) {
  p.s8({.m = rows.m,
        .n = end - begin,
        .k = blob.k,
        .a = static_cast<const int8_t*>(rows.a),
        .a_stride = rows.a_stride,
        .w = reinterpret_cast<const int8_t*>(w),
        .w_panel_stride = blob.panel_bytes,
        .order = order_at(blob, begin),
        .order_stride = blob.order_bytes,
        .bias = blob.folded_bias + begin,
        .scale = p.scale + blob.channel + begin,
        .zero_point = p.y_zero,
        .min = p.clamp.min,
        .max = p.clamp.max,
        .c = static_cast<int8_t*>(rows.c) + begin,
        .c_stride = rows.c_stride});
}

void run_s8_f32(const MatmulPlan& p, const MatmulBlob& blob, const MatmulRows& rows,
                const std::byte* w, size_t begin, size_t end) {
  p.s8_f32({.m = rows.m,
            .n = end - begin,
            .k = blob.k,
            .a = static_cast<const int8_t*>(rows.a),
            .a_stride = rows.a_stride,
            .a_scale = rows.a_scale,
            .a_zero_point = rows.a_zero,
            .a_scale_stride = rows.a_scale_stride,
            .w = reinterpret_cast<const int8_t*>(w),
            .w_panel_stride = blob.panel_bytes,
            .order = order_at(blob, begin),
            .order_stride = blob.order_bytes,
            .row_sums = static_cast<const int32_t*>(blob.tail) + begin,
            .w_scale = p.scale + blob.channel + begin,
            .bias = at(p.bias, blob.channel + begin),
            .clamp_min = p.lo,
            .clamp_max = p.hi,
            .c = static_cast<float*>(rows.c) + begin,
            .c_stride = rows.c_stride,
            .residual = at(rows.residual, begin),
            .residual_stride = rows.c_stride});
}

void run_s4_f32(const MatmulPlan& p, const MatmulBlob& blob, const MatmulRows& rows,
                const std::byte* w, size_t begin, size_t end) {
  p.s4_f32({.m = rows.m,
            .n = end - begin,
            .k = blob.k,
            .block = p.block,
            .a = static_cast<const uint8_t*>(rows.a),
            .a_stride = rows.a_stride,
            .a_scale = rows.a_scale,
            .a_zero_point = rows.a_zero,
            .a_scale_stride = rows.a_scale_stride,
            .w = reinterpret_cast<const uint8_t*>(w),
            .w_panel_stride = blob.panel_bytes,
            .comp = static_cast<const float*>(blob.tail) + begin,
            .table = p.table,
            .bias = at(p.bias, blob.channel + begin),
            .clamp_min = p.lo,
            .clamp_max = p.hi,
            .c = static_cast<float*>(rows.c) + begin,
            .c_stride = rows.c_stride});
}

}  // namespace

void run_matmul(const MatmulPlan& p, const MatmulBlob& blob, const MatmulRows& rows, size_t n_begin,
                size_t n_end) {
  if (rows.m == 0 || n_begin >= n_end) return;
  if (blob.k == 0) return fill_bias(p, blob, rows, n_begin, n_end);
  const std::byte* w = blob.w + n_begin / 8 * blob.panel_bytes;
  switch (p.kind) {
    case MatmulKind::f32:
    case MatmulKind::f32_f16:
      return run_f32(p, blob, rows, w, n_begin, n_end);
    case MatmulKind::s8:
      return run_s8(p, blob, rows, w, n_begin, n_end);
    case MatmulKind::s8_f32:
      return run_s8_f32(p, blob, rows, w, n_begin, n_end);
    case MatmulKind::s4_f32:
      return run_s4_f32(p, blob, rows, w, n_begin, n_end);
  }
}

}  // namespace linnet
