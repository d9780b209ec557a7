#include "kernels/pack/pack_panels_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

// A session packs at run time only where the second matrix of a product is no constant.
void pack_f32(benchmark::State& state) {
  const size_t n = static_cast<size_t>(state.range(0)), k = static_cast<size_t>(state.range(1));
  const std::vector<float> w = bench::ramp_f32(n * k);
  std::vector<float> packed(panels_f32_elements(n, k));
  for (auto _ : state) {
    pack_panels_f32(w.data(), k, 1, n, k, packed.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(w.size() * 4) * state.iterations());
}
BENCHMARK(pack_f32)
    ->Name("pack_panels_f32")
    ->ArgNames({"n", "k"})
    ->Args({196, 64})
    ->Args({512, 512});

}  // namespace
}  // namespace linnet
