#include "kernels/prelu_f32/prelu_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void prelu_f32(benchmark::State& state) {
  const size_t channels = 64;
  const auto x = bench::ramp_f32(bench::kElements), slope = bench::ramp_f32(channels);
  std::vector<float> y(bench::kElements);
  const PreluF32Args args = {x.data(), y.data(), bench::kElements / channels, channels,
                             slope.data()};
  bench::run_variant(state, kPreluF32, args, bench::kElements);
}
BENCHMARK(prelu_f32)->Apply([](auto* b) { bench::add_variants(b, kPreluF32, 1); });

}  // namespace
}  // namespace linnet
