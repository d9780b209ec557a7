#include "kernels/gemm_sparse_s8s8_f32/gemm_sparse_s8s8_f32.h"

namespace linnet {

void gemm_sparse_s8s8_f32_scalar(const GemmSparseS8S8F32Args& args) {
  const GemmS8S8F32Args& gemm = args.gemm;
  for (size_t i = 0; i < gemm.m; ++i) {
    const int8_t* a = gemm.a + i * gemm.a_stride;
    const float a_scale = gemm.a_scale[i * gemm.a_scale_stride];
    const uint32_t zero_point = static_cast<uint32_t>(gemm.a_zero_point[i * gemm.a_scale_stride]);
    for (size_t j = 0; j < gemm.n; ++j) {
      const size_t panel = j / kQuantPanelRows;
      uint32_t acc = 0u - zero_point * static_cast<uint32_t>(gemm.row_sums[j]);
      for (size_t e = args.w.first[panel]; e < args.w.first[panel + 1]; ++e) {
        const int8_t* w =
            args.w.w + e * kSparseGroupBytesS8 + j % kQuantPanelRows * kQuantPanelGroup;
        const int8_t* quad = a + args.w.groups[e] * kQuantPanelGroup;
        for (size_t k = 0; k < kQuantPanelGroup; ++k) {
          acc += static_cast<uint32_t>(quad[k] * w[k]);
        }
      }
      const float scale = a_scale * gemm.w_scale[j];
      const float product = scale * static_cast<float>(static_cast<int32_t>(acc));
      float addend = gemm.bias != nullptr ? gemm.bias[j] : 0.0f;
      if (gemm.residual != nullptr) addend += gemm.residual[i * gemm.residual_stride + j];
      float value = product + addend;
      value = value < gemm.clamp_min ? gemm.clamp_min : value;
      value = value > gemm.clamp_max ? gemm.clamp_max : value;
      gemm.c[i * gemm.c_stride + j] = value;
    }
  }
}

}  // namespace linnet
