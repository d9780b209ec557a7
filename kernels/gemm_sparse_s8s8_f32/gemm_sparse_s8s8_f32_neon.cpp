#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32_arm.h"
#include "kernels/gemm_sparse_s8s8/sparse_dot_neon.h"
#include "kernels/gemm_sparse_s8s8_f32/gemm_sparse_s8s8_f32.h"

namespace linnet {

void gemm_sparse_s8s8_f32_neon(const GemmSparseS8S8F32Args& args) {
  gemm_sparse_arm<SparseDotNeon>(args);
}

}  // namespace linnet
