#include "kernels/requantize_s8/requantize_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void requantize_s8(benchmark::State& state) {
  const auto x = bench::ramp_s8(bench::kElements);
  std::vector<int8_t> y(bench::kElements);
  const RequantizeS8Args args = {x.data(), y.data(), bench::kElements, 3, -5, 0.7f, -128, 127};
  bench::run_variant(state, kRequantizeS8, args, bench::kElements);
}
BENCHMARK(requantize_s8)->Apply([](auto* b) { bench::add_variants(b, kRequantizeS8, 1); });

}  // namespace
}  // namespace linnet
