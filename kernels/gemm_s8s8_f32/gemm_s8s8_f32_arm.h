#pragma once

#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

// gemm_s8s8_f32 on ARM for a given way of forming dot products (dot_rows_arm.h). Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

// One panel of the result: the columns from j and the rows from i.
struct PanelStore {
  PanelStore(const GemmS8S8F32Args& args, size_t i, size_t j)
      : count(args.n - j < 8 ? args.n - j : 8),
        row_sums(args.row_sums + j, count),
        scale(args.w_scale + j, count),
        bias(args.bias != nullptr ? args.bias + j : nullptr, count),
        low(args.clamp_min),
        high(args.clamp_max),
        a_scale(args.a_scale + i * args.a_scale_stride),
        a_zero_point(args.a_zero_point + i * args.a_scale_stride),
        a_scale_stride(args.a_scale_stride),
        c(args.c + i * args.c_stride + j),
        c_stride(args.c_stride),
        residual(args.residual != nullptr ? args.residual + i * args.residual_stride + j : nullptr),
        residual_stride(args.residual_stride) {}

  size_t count;  // of columns
  PanelValues<int32x4_t> row_sums;
  PanelValues<float32x4_t> scale;
  PanelValues<float32x4_t> bias;
  float low;
  float high;
  const float* a_scale;
  const int32_t* a_zero_point;
  size_t a_scale_stride;
  float* c;
  size_t c_stride;
  const float* residual;  // or null
  size_t residual_stride;

  // Returns `to`.
  float* copy_columns(const float* from, float* to) const {
    std::memcpy(to, from, count * sizeof(float));
    return to;
  }

  float32x4_t dequantize(int32x4_t sums, int32_t zero_point, float row_scale, float32x4_t addend,
                         int half) const {
    const int32x4_t offset = vmulq_n_s32(row_sums.half[half], zero_point);
    const float32x4_t both = vmulq_n_f32(scale.half[half], row_scale);
    const float32x4_t product = vmulq_f32(both, vcvtq_f32_s32(vsubq_s32(sums, offset)));
    float32x4_t x = vaddq_f32(product, addend);
    // Selections, because vmaxq orders zeros by sign.
    const float32x4_t lowest = vdupq_n_f32(low);
    const float32x4_t highest = vdupq_n_f32(high);
    x = vbslq_f32(vcltq_f32(x, lowest), lowest, x);
    return vbslq_f32(vcgtq_f32(x, highest), highest, x);
  }

  [[gnu::always_inline]] void operator()(size_t row, int32x4_t sums0, int32x4_t sums1) const {
    const int32_t zero_point = a_zero_point[row * a_scale_stride];
    const float row_scale = a_scale[row * a_scale_stride];
    float part[8];
    float32x4_t addend0 = bias.half[0], addend1 = bias.half[1];
    if (residual != nullptr) {
      const float* from = residual + row * residual_stride;
      if (count != 8) {
        std::memset(part, 0, sizeof part);
        from = copy_columns(from, part);
      }
      addend0 = vaddq_f32(addend0, vld1q_f32(from));
      addend1 = vaddq_f32(addend1, vld1q_f32(from + 4));
    }
    const float32x4_t out0 = dequantize(sums0, zero_point, row_scale, addend0, 0);
    const float32x4_t out1 = dequantize(sums1, zero_point, row_scale, addend1, 1);
    float* const to = c + row * c_stride;
    float* const out = count == 8 ? to : part;
    vst1q_f32(out, out0);
    vst1q_f32(out + 4, out1);
    if (out == part) copy_columns(part, to);
  }
};

template <typename Dot>
void gemm_arm(const GemmS8S8F32Args& args) {
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    DotProblem problem;
    problem.a = args.a + i * args.a_stride;
    problem.a_stride = args.a_stride;
    problem.rows = args.m - i < kRowChunk ? args.m - i : kRowChunk;
    problem.w = args.w;
    problem.panel_stride = args.w_panel_stride;
    problem.panels = (args.n + 7) / 8;
    problem.groups = (args.k + 3) / 4;
    Dot::rows(problem, [&](size_t panel) { return PanelStore(args, i, 8 * panel); });
  }
}

}  // namespace
}  // namespace linnet
