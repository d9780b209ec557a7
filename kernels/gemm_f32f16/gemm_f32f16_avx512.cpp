#include "kernels/gemm_f32/gemm_f32_tiles_avx512.h"
#include "kernels/gemm_f32f16/gemm_f32f16.h"

namespace linnet {

void gemm_f32f16_avx512(const GemmF32F16Args& args) {
  gemm_blocked(args, kPairTileSets<uint16_t>, kPairBlocks);
}

}  // namespace linnet
