#include "kernels/gemm_s8s8/dot_neondot.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32_arm.h"

namespace linnet {

void gemm_s8s8_f32_neondot(const GemmS8S8F32Args& args) { gemm_arm<DotNeondot>(args); }

}  // namespace linnet
