#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/pack/panels.h"
#include "kernels/requantize.h"

namespace linnet {

void gemm_s8s8_scalar(const GemmS8S8Args& args) {
  for (size_t i = 0; i < args.m; ++i) {
    const int8_t* a = args.a + i * args.a_stride;
    for (size_t j = 0; j < args.n; ++j) {
      const int8_t* w = args.w + j / kQuantPanelRows * args.w_panel_stride +
                        j % kQuantPanelRows * kQuantPanelGroup;
      uint32_t acc = args.bias != nullptr ? static_cast<uint32_t>(args.bias[j]) : 0u;
      for (size_t k = 0; k < args.k; ++k) {
        const int32_t weight =
            w[k / kQuantPanelGroup * (kQuantPanelRows * kQuantPanelGroup) + k % kQuantPanelGroup];
        acc += static_cast<uint32_t>(a[k] * weight);
      }
      args.c[i * args.c_stride + j] = requantize_s8(static_cast<int32_t>(acc), args.scale[j],
                                                    args.zero_point, args.min, args.max);
    }
  }
}

}  // namespace linnet
