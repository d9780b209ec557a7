#pragma once

#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

// gemm_s8s8_f32 on ARM for a given way of forming dot products (dot_rows_arm.h). Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

// What the columns of a panel share.
struct Columns {
  int32_t row_sums[8] = {};
  float scale[8] = {};
  float bias[8] = {};
  size_t count = 0;
  float low = 0.0f;
  float high = 0.0f;
};

struct Store {
  const Columns* columns;
  const float* a_scale;
  const int32_t* a_zero_point;
  size_t a_scale_stride;
  float* c;
  size_t c_stride;

  float32x4_t dequantize(int32x4_t sums, size_t r, size_t first) const {
    const int32x4_t offset = vmulq_s32(vdupq_n_s32(a_zero_point[r * a_scale_stride]),
                                       vld1q_s32(columns->row_sums + first));
    const float32x4_t scale =
        vmulq_f32(vdupq_n_f32(a_scale[r * a_scale_stride]), vld1q_f32(columns->scale + first));
    const float32x4_t product = vmulq_f32(scale, vcvtq_f32_s32(vsubq_s32(sums, offset)));
    float32x4_t x = vaddq_f32(product, vld1q_f32(columns->bias + first));
    // Selections, because vmaxq orders zeros by sign.
    const float32x4_t low = vdupq_n_f32(columns->low);
    const float32x4_t high = vdupq_n_f32(columns->high);
    x = vbslq_f32(vcltq_f32(x, low), low, x);
    return vbslq_f32(vcgtq_f32(x, high), high, x);
  }

  void operator()(size_t r, int32x4_t sums0, int32x4_t sums1) const {
    float all[8];
    float* const to = c + r * c_stride;
    float* const out = columns->count == 8 ? to : all;
    vst1q_f32(out, dequantize(sums0, r, 0));
    vst1q_f32(out + 4, dequantize(sums1, r, 4));
    if (out == all) std::memcpy(to, all, columns->count * sizeof(float));
  }
};

template <typename Dot>
void gemm_arm(const GemmS8S8F32Args& args) {
  const size_t groups = (args.k + 3) / 4;
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = args.m - i < kRowChunk ? args.m - i : kRowChunk;
    for (size_t j = 0; j < args.n; j += 8) {
      Columns columns;
      columns.count = args.n - j < 8 ? args.n - j : 8;
      if (args.bias != nullptr) {
        std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
      }
      std::memcpy(columns.scale, args.w_scale + j, columns.count * sizeof(float));
      std::memcpy(columns.row_sums, args.row_sums + j, columns.count * sizeof(int32_t));
      columns.low = args.clamp_min;
      columns.high = args.clamp_max;
      float* c = args.c + i * args.c_stride + j;
      const auto make_store = [&](size_t first_row) {
        const size_t parameter = (i + first_row) * args.a_scale_stride;
        return Store{&columns,
                     args.a_scale + parameter,
                     args.a_zero_point + parameter,
                     args.a_scale_stride,
                     c + first_row * args.c_stride,
                     args.c_stride};
      };
      dot_rows<Dot>(rows, args.a + i * args.a_stride, args.a_stride,
                    args.w + j / 8 * args.w_panel_stride, groups, make_store);
    }
  }
}

}  // namespace
}  // namespace linnet
