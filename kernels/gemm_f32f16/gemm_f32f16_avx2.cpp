#include "kernels/gemm_f32/gemm_f32_tiles_avx2.h"
#include "kernels/gemm_f32f16/gemm_f32f16.h"

namespace linnet {
namespace {

void widen_weights(const uint16_t* from, size_t count, float* to) {
  for (size_t i = 0; i < count; i += 8) _mm256_storeu_ps(to + i, load_weights(from + i));
}

constexpr GemmWiden<uint16_t> kWiden = {{2, 6, kTiles2<float>}, widen_weights};

}  // namespace

void gemm_f32f16_avx2(const GemmF32F16Args& args) {
  gemm_blocked(args, kTileSets<uint16_t>, kBlocks, &kWiden);
}

}  // namespace linnet
