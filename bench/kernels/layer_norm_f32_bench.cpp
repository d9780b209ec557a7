#include "kernels/layer_norm_f32/layer_norm_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void layer_norm_f32(benchmark::State& state) {
  const size_t n = 512;
  const auto x = bench::ramp_f32(bench::kElements), gamma = bench::ramp_f32(n),
             beta = bench::ramp_f32(n);
  std::vector<float> y(bench::kElements);
  const LayerNormF32Args args = {x.data(),    y.data(), bench::kElements / n, n, gamma.data(),
                                 beta.data(), 1e-5f};
  bench::run_variant(state, kLayerNormF32, args, bench::kElements);
}
BENCHMARK(layer_norm_f32)->Apply([](auto* b) { bench::add_variants(b, kLayerNormF32, 1); });

}  // namespace
}  // namespace linnet
