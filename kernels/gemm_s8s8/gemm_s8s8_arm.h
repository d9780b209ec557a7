#pragma once

#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/gemm_s8s8/gemm_s8s8.h"

// gemm_s8s8 on ARM for a given way of forming dot products (dot_rows_arm.h). Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

// What the columns of a panel share.
struct Columns {
  int32_t bias[8] = {};
  float scale[8] = {};
  size_t count = 0;
  float low = 0.0f;
  float high = 0.0f;
  int32_t zero_point = 0;
};

struct Store {
  const Columns* columns;
  int8_t* c;
  size_t c_stride;

  int16x4_t requantize(int32x4_t sums, size_t first) const {
    const int32x4_t acc = vaddq_s32(sums, vld1q_s32(columns->bias + first));
    float32x4_t x = vmulq_f32(vcvtq_f32_s32(acc), vld1q_f32(columns->scale + first));
    x = vminq_f32(vmaxq_f32(x, vdupq_n_f32(columns->low)), vdupq_n_f32(columns->high));
    // As in requantize.h: the sum leaves no bits for a fraction, ties go to even.
    const float32x4_t magic = vdupq_n_f32(12582912.0f);
    const int32x4_t rounded = vcvtq_s32_f32(vsubq_f32(vaddq_f32(x, magic), magic));
    return vmovn_s32(vaddq_s32(rounded, vdupq_n_s32(columns->zero_point)));
  }

  void operator()(size_t r, int32x4_t sums0, int32x4_t sums1) const {
    const int8x8_t q = vmovn_s16(vcombine_s16(requantize(sums0, 0), requantize(sums1, 4)));
    int8_t* to = c + r * c_stride;
    if (columns->count == 8) {
      vst1_s8(to, q);
    } else {
      int8_t all[8];
      vst1_s8(all, q);
      std::memcpy(to, all, columns->count);
    }
  }
};

template <typename Dot>
void gemm_arm(const GemmS8S8Args& args) {
  const size_t groups = (args.k + 3) / 4;
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = args.m - i < kRowChunk ? args.m - i : kRowChunk;
    for (size_t j = 0; j < args.n; j += 8) {
      Columns columns;
      columns.count = args.n - j < 8 ? args.n - j : 8;
      if (args.bias != nullptr) {
        std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(int32_t));
      }
      std::memcpy(columns.scale, args.scale + j, columns.count * sizeof(float));
      columns.low = static_cast<float>(args.min - args.zero_point);
      columns.high = static_cast<float>(args.max - args.zero_point);
      columns.zero_point = args.zero_point;
      int8_t* c = args.c + i * args.c_stride + j;
      const auto make_store = [&](size_t first_row) {
        return Store{&columns, c + first_row * args.c_stride, args.c_stride};
      };
      dot_rows<Dot>(rows, args.a + i * args.a_stride, args.a_stride,
                    args.w + j / 8 * args.w_panel_stride, groups, make_store);
    }
  }
}

}  // namespace
}  // namespace linnet
