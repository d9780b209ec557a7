#pragma once

#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/gemm_s8s8/gemm_s8s8.h"

// gemm_s8s8 on ARM for a given way of forming dot products (dot_rows_arm.h). Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

// One panel of the result: the columns from j and the rows from i.
struct PanelStore {
  PanelStore(const GemmS8S8Args& args, size_t i, size_t j)
      : count(args.n - j < 8 ? args.n - j : 8),
        bias(args.bias != nullptr ? args.bias + j : nullptr, count),
        scale(args.scale + j, count),
        low(static_cast<float>(args.min - args.zero_point)),
        high(static_cast<float>(args.max - args.zero_point)),
        zero_point(args.zero_point),
        c(args.c + i * args.c_stride + j),
        c_stride(args.c_stride) {}

  size_t count;  // of columns
  PanelValues<int32x4_t> bias;
  PanelValues<float32x4_t> scale;
  float low;
  float high;
  int32_t zero_point;
  int8_t* c;
  size_t c_stride;

  int16x4_t requantize(int32x4_t sums, int half) const {
    const int32x4_t acc = vaddq_s32(sums, bias.half[half]);
    float32x4_t x = vmulq_f32(vcvtq_f32_s32(acc), scale.half[half]);
    x = vminq_f32(vmaxq_f32(x, vdupq_n_f32(low)), vdupq_n_f32(high));
    // As in requantize.h: the sum leaves no bits for a fraction, ties go to even.
    const float32x4_t magic = vdupq_n_f32(12582912.0f);
    const int32x4_t rounded = vcvtq_s32_f32(vsubq_f32(vaddq_f32(x, magic), magic));
    return vmovn_s32(vaddq_s32(rounded, vdupq_n_s32(zero_point)));
  }

  void operator()(size_t row, int32x4_t sums0, int32x4_t sums1) const {
    const int8x8_t q = vmovn_s16(vcombine_s16(requantize(sums0, 0), requantize(sums1, 1)));
    int8_t* to = c + row * c_stride;
    if (count == 8) {
      vst1_s8(to, q);
    } else {
      int8_t all[8];
      vst1_s8(all, q);
      std::memcpy(to, all, count);
    }
  }
};

template <typename Dot>
void gemm_arm(const GemmS8S8Args& args) {
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
