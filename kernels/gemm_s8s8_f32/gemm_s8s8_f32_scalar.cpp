#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {

void gemm_s8s8_f32_scalar(const GemmS8S8F32Args& args) {
  for (size_t i = 0; i < args.m; ++i) {
    const int8_t* a = args.a + i * args.a_stride;
    const float a_scale = args.a_scale[i * args.a_scale_stride];
    const uint32_t zero_point = static_cast<uint32_t>(args.a_zero_point[i * args.a_scale_stride]);
    for (size_t j = 0; j < args.n; ++j) {
      const int8_t* w = args.w + j / kQuantPanelRows * args.w_panel_stride +
                        j % kQuantPanelRows * kQuantPanelGroup;
      uint32_t acc = 0u - zero_point * static_cast<uint32_t>(args.row_sums[j]);
      for (size_t k = 0; k < args.k; ++k) {
        const int32_t weight =
            w[k / kQuantPanelGroup * (kQuantPanelRows * kQuantPanelGroup) + k % kQuantPanelGroup];
        acc += static_cast<uint32_t>(a[k] * weight);
      }
      const float scale = a_scale * args.w_scale[j];
      const float product = scale * static_cast<float>(static_cast<int32_t>(acc));
      float addend = args.bias != nullptr ? args.bias[j] : 0.0f;
      if (args.residual != nullptr) addend += args.residual[i * args.residual_stride + j];
      float value = product + addend;
      value = value < args.clamp_min ? args.clamp_min : value;
      value = value > args.clamp_max ? args.clamp_max : value;
      args.c[i * args.c_stride + j] = value;
    }
  }
}

}  // namespace linnet
