#include "kernels/gemm_f32/gemm_f32.h"
#include "kernels/gemm_f32/gemm_f32_tiles_avx2.h"

namespace linnet {

void gemm_f32_avx2(const GemmF32Args& args) { gemm_blocked(args, kTileSets<float>, kBlocks); }

}  // namespace linnet
