#include "kernels/gemm_s8s8/dot_neon.h"
#include "kernels/gemm_s8s8/gemm_s8s8_arm.h"

namespace linnet {

void gemm_s8s8_neon(const GemmS8S8Args& args) { gemm_arm<DotNeon>(args); }

}  // namespace linnet
