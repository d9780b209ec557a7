#include "kernels/gemm_s8s8/dot_i8mm.h"
#include "kernels/gemm_s8s8/gemm_s8s8_arm.h"

namespace linnet {

void gemm_s8s8_i8mm(const GemmS8S8Args& args) { gemm_arm<DotI8mm>(args); }

}  // namespace linnet
