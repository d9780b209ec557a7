#include "kernels/gemm_s8s8/store_s8_avx2.h"
#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"
#include "kernels/gemm_sparse_s8s8/sparse_dot_avx2.h"

namespace linnet {

void gemm_sparse_s8s8_avx2(const GemmSparseS8S8Args& args) {
  static_assert(kStoreColumns == kDotColumns);
  const GemmS8S8Args& gemm = args.gemm;
  const Bounds bounds = make_bounds(gemm);
  dot_sparse({gemm.m, gemm.n, gemm.k, gemm.a, gemm.a_stride, args.w},
             [&](size_t i, size_t rows, size_t j, const int32_t* sums) {
               store_rows(sums, rows, load_columns(gemm, j), bounds, gemm.c + i * gemm.c_stride + j,
                          gemm.c_stride);
             });
}

}  // namespace linnet
