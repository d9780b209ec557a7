#include <cmath>
#include <cstring>

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"
#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {
namespace {

// Row `row` of a panel times one row of activations.
float dot_row(const GemmS8S4F32Args& args, const uint8_t* a, const uint8_t* panel, size_t row) {
  float acc = 0.0f;
  for (size_t start = 0; start < args.k; start += args.block) {
    const size_t length = args.k - start < args.block ? args.k - start : args.block;
    int32_t sum = 0;
    for (size_t i = 0; i < length; ++i) {
      const uint8_t pair = panel[i / 8 * 32 + row * kQuantPanelGroup + i % 4];
      const int code = i % 8 < 4 ? pair & 15 : pair >> 4;
      sum += a[start + i] * args.table[code];
    }
    panel += (length + 7) / 8 * 32;
    uint16_t scale;
    std::memcpy(&scale, panel + row * 2, sizeof scale);
    acc = std::fmaf(static_cast<float>(sum), float_from_half(scale), acc);
    panel += 2 * kQuantPanelRows;
  }
  return acc;
}

}  // namespace

void gemm_s8s4_f32_scalar(const GemmS8S4F32Args& args) {
  for (size_t i = 0; i < args.m; ++i) {
    const uint8_t* a = args.a + i * args.a_stride;
    const float a_scale = args.a_scale[i * args.a_scale_stride];
    const float zero_point = static_cast<float>(args.a_zero_point[i * args.a_scale_stride]);
    for (size_t j = 0; j < args.n; ++j) {
      const uint8_t* panel = args.w + j / kQuantPanelRows * args.w_panel_stride;
      const float acc = dot_row(args, a, panel, j % kQuantPanelRows);
      const float offset = zero_point * args.comp[j];
      const float product = a_scale * (acc - offset);
      float value = product + (args.bias != nullptr ? args.bias[j] : 0.0f);
      value = value < args.clamp_min ? args.clamp_min : value;
      value = value > args.clamp_max ? args.clamp_max : value;
      args.c[i * args.c_stride + j] = value;
    }
  }
}

}  // namespace linnet
