#include "kernels/gemm_f32f16/gemm_f32f16.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/kernels/gemm_f32_shapes.h"

namespace linnet {
namespace {

void gemm_f32f16(benchmark::State& state) {
  const std::vector<uint16_t> packed(bench::packed_elements(state), half_from_float(0.25f));
  bench::run_gemm<GemmF32F16Args>(state, kGemmF32F16, packed);
}
BENCHMARK(gemm_f32f16)->Apply([](auto* b) { bench::add_gemm_shapes(b, kGemmF32F16); });

}  // namespace
}  // namespace linnet
