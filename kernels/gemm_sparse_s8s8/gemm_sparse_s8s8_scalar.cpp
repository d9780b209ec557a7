#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"
#include "kernels/requantize.h"

namespace linnet {

void gemm_sparse_s8s8_scalar(const GemmSparseS8S8Args& args) {
  const GemmS8S8Args& gemm = args.gemm;
  for (size_t i = 0; i < gemm.m; ++i) {
    const int8_t* a = gemm.a + i * gemm.a_stride;
    for (size_t j = 0; j < gemm.n; ++j) {
      const size_t panel = j / kQuantPanelRows;
      uint32_t acc = gemm.bias != nullptr ? static_cast<uint32_t>(gemm.bias[j]) : 0u;
      for (size_t e = args.w.first[panel]; e < args.w.first[panel + 1]; ++e) {
        const int8_t* w =
            args.w.w + e * kSparseGroupBytesS8 + j % kQuantPanelRows * kQuantPanelGroup;
        const int8_t* quad = a + args.w.groups[e] * kQuantPanelGroup;
        for (size_t k = 0; k < kQuantPanelGroup; ++k) {
          acc += static_cast<uint32_t>(quad[k] * w[k]);
        }
      }
      gemm.c[i * gemm.c_stride + j] = requantize_s8(static_cast<int32_t>(acc), gemm.scale[j],
                                                    gemm.zero_point, gemm.min, gemm.max);
    }
  }
}

}  // namespace linnet
