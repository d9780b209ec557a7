#include "kernels/gemm_s8s8/gemm_s8s8_arm.h"
#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"
#include "kernels/gemm_sparse_s8s8/sparse_dot_neondot.h"

namespace linnet {

void gemm_sparse_s8s8_neondot(const GemmSparseS8S8Args& args) {
  gemm_sparse_arm<SparseDotNeondot>(args);
}

}  // namespace linnet
