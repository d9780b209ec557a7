#include "kernels/gemm_f32/gemm_f32.h"
#include "kernels/gemm_f32/gemm_f32_tiles_avx512.h"

namespace linnet {

void gemm_f32_avx512(const GemmF32Args& args) {
  gemm_blocked(args, kPairTileSets<float>, kPairBlocks);
}

}  // namespace linnet
