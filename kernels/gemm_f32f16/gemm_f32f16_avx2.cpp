#include "kernels/gemm_f32/gemm_f32_tiles_avx2.h"
#include "kernels/gemm_f32f16/gemm_f32f16.h"

namespace linnet {

void gemm_f32f16_avx2(const GemmF32F16Args& args) {
  gemm_blocked(args, kTileSets<uint16_t>, kBlocks);
}

}  // namespace linnet
