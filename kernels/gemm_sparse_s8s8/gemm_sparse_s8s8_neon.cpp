#include "kernels/gemm_s8s8/gemm_s8s8_arm.h"
#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"
#include "kernels/gemm_sparse_s8s8/sparse_dot_neon.h"

namespace linnet {

void gemm_sparse_s8s8_neon(const GemmSparseS8S8Args& args) { gemm_sparse_arm<SparseDotNeon>(args); }

}  // namespace linnet
