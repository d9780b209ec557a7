#include "kernels/gemm_f32/gemm_f32_tiles_avx512.h"
#include "kernels/gemm_f32f16/gemm_f32f16.h"

namespace linnet {
namespace {

void widen_weights(const uint16_t* from, size_t count, float* to) {
  for (size_t i = 0; i < count; i += 8) _mm256_storeu_ps(to + i, load_weights(from + i));
}

constexpr GemmWiden<uint16_t> kWiden = {{4, 12, kPairTiles2<float>}, widen_weights};

}  // namespace

void gemm_f32f16_avx512(const GemmF32F16Args& args) {
  gemm_blocked(args, kPairTileSets<uint16_t>, kPairBlocks, &kWiden);
}

}  // namespace linnet
