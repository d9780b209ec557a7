#include "kernels/rms_norm_f32/rms_norm_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void rms_norm_f32(benchmark::State& state) {
  const size_t k = state.range(1) == 0 ? 2048 : 64;  // a hidden state; the head of a query
  const auto x = bench::ramp_f32(bench::kElements), gamma = bench::ramp_f32(k);
  std::vector<float> y(bench::kElements);
  const RmsNormF32Args args = {x.data(),     k,    y.data(), k, bench::kElements / k, k,
                               gamma.data(), 1e-5f};
  bench::run_variant(state, kRmsNormF32, args, bench::kElements);
  state.SetBytesProcessed(
      static_cast<int64_t>(state.iterations() * bench::kElements * 2 * sizeof(float)));
}
BENCHMARK(rms_norm_f32)->Apply([](auto* b) { bench::add_variants(b, kRmsNormF32, 2); });

}  // namespace
}  // namespace linnet
