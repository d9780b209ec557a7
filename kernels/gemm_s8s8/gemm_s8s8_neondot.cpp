#include "kernels/gemm_s8s8/dot_neondot.h"
#include "kernels/gemm_s8s8/gemm_s8s8_arm.h"

namespace linnet {

void gemm_s8s8_neondot(const GemmS8S8Args& args) { gemm_arm<DotNeondot>(args); }

}  // namespace linnet
