#include "kernels/prelu_s8/prelu_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void prelu_s8(benchmark::State& state) {
  const size_t channels = 64;
  const auto x = bench::ramp_s8(bench::kElements);
  const auto slope = bench::ramp_f32(channels);
  std::vector<int8_t> y(bench::kElements);
  const PreluS8Args args = {x.data(), y.data(),    bench::kElements / channels, channels, 3, 4,
                            0.7f,     slope.data()};
  bench::run_variant(state, kPreluS8, args, bench::kElements);
}
BENCHMARK(prelu_s8)->Apply([](auto* b) { bench::add_variants(b, kPreluS8, 1); });

}  // namespace
}  // namespace linnet
