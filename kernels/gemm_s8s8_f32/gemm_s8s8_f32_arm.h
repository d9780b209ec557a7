#pragma once

#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

// gemm_s8s8_f32 on ARM for a given way of forming dot products (dot_rows_arm.h). Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

// One panel of the result.
struct PanelStore {
  int32_t row_sums[8] = {};
  float scale[8] = {};
  float bias[8] = {};
  size_t count = 0;  // of columns
  float low = 0.0f;
  float high = 0.0f;
  const float* a_scale = nullptr;
  const int32_t* a_zero_point = nullptr;
  size_t a_scale_stride = 0;
  float* c = nullptr;
  size_t c_stride = 0;

  float32x4_t dequantize(int32x4_t sums, size_t row, size_t first) const {
    const int32x4_t offset =
        vmulq_s32(vdupq_n_s32(a_zero_point[row * a_scale_stride]), vld1q_s32(row_sums + first));
    const float32x4_t both =
        vmulq_f32(vdupq_n_f32(a_scale[row * a_scale_stride]), vld1q_f32(scale + first));
    const float32x4_t product = vmulq_f32(both, vcvtq_f32_s32(vsubq_s32(sums, offset)));
    float32x4_t x = vaddq_f32(product, vld1q_f32(bias + first));
    // Selections, because vmaxq orders zeros by sign.
    const float32x4_t lowest = vdupq_n_f32(low);
    const float32x4_t highest = vdupq_n_f32(high);
    x = vbslq_f32(vcltq_f32(x, lowest), lowest, x);
    return vbslq_f32(vcgtq_f32(x, highest), highest, x);
  }

  void operator()(size_t row, int32x4_t sums0, int32x4_t sums1) const {
    float all[8];
    float* const to = c + row * c_stride;
    float* const out = count == 8 ? to : all;
    vst1q_f32(out, dequantize(sums0, row, 0));
    vst1q_f32(out + 4, dequantize(sums1, row, 4));
    if (out == all) std::memcpy(to, all, count * sizeof(float));
  }
};

// Of the columns from j and the rows from i.
inline PanelStore open_panel(const GemmS8S8F32Args& args, size_t i, size_t j) {
  PanelStore store;
  store.count = args.n - j < 8 ? args.n - j : 8;
  if (args.bias != nullptr) std::memcpy(store.bias, args.bias + j, store.count * sizeof(float));
  std::memcpy(store.scale, args.w_scale + j, store.count * sizeof(float));
  std::memcpy(store.row_sums, args.row_sums + j, store.count * sizeof(int32_t));
  store.low = args.clamp_min;
  store.high = args.clamp_max;
  store.a_scale = args.a_scale + i * args.a_scale_stride;
  store.a_zero_point = args.a_zero_point + i * args.a_scale_stride;
  store.a_scale_stride = args.a_scale_stride;
  store.c = args.c + i * args.c_stride + j;
  store.c_stride = args.c_stride;
  return store;
}

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
    Dot::rows(problem, [&](size_t panel) { return open_panel(args, i, 8 * panel); });
  }
}

}  // namespace
}  // namespace linnet
