#include "kernels/gemm_f32/gemm_f32.h"
#include "kernels/gemm_f32/gemm_f32_tiles_neon.h"

namespace linnet {

void gemm_f32_neon(const GemmF32Args& args) { gemm_blocked(args, kTileSets<float>, kBlocks); }

}  // namespace linnet
