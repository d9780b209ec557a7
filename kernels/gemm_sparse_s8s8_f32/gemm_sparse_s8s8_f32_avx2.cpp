#include "kernels/gemm_s8s8_f32/store_s8_f32_avx2.h"
#include "kernels/gemm_sparse_s8s8/sparse_dot_avx2.h"
#include "kernels/gemm_sparse_s8s8_f32/gemm_sparse_s8s8_f32.h"

namespace linnet {

void gemm_sparse_s8s8_f32_avx2(const GemmSparseS8S8F32Args& args) {
  static_assert(kStoreColumns == kDotColumns);
  const GemmS8S8F32Args& gemm = args.gemm;
  dot_sparse({gemm.m, gemm.n, gemm.k, gemm.a, gemm.a_stride, args.w},
             [&](size_t i, size_t rows, size_t j, const int32_t* sums) {
               store_rows(gemm, i, rows, j, 8, [&](size_t r) { return sums + r * kDotColumns; });
             });
}

}  // namespace linnet
