#include "kernels/gemm_f32/gemm_f32.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/kernels/gemm_f32_shapes.h"

namespace linnet {
namespace {

void gemm_f32(benchmark::State& state) {
  bench::run_gemm<GemmF32Args>(state, kGemmF32,
                               std::vector<float>(bench::packed_elements(state), 0.25f));
}
BENCHMARK(gemm_f32)->Apply([](auto* b) { bench::add_gemm_shapes(b, kGemmF32); });

}  // namespace
}  // namespace linnet
