#include "kernels/minmax_f32/minmax_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void minmax_f32(benchmark::State& state) {
  const auto x = bench::ramp_f32(bench::kElements);
  float lo, hi;
  const MinmaxF32Args args = {x.data(), bench::kElements, &lo, &hi};
  bench::run_variant(state, kMinmaxF32, args, bench::kElements);
}
BENCHMARK(minmax_f32)->Apply([](auto* b) { bench::add_variants(b, kMinmaxF32, 1); });

}  // namespace
}  // namespace linnet
