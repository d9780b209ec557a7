#include "kernels/pool_f32/pool_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void pool_f32(benchmark::State& state) {
  const PoolKind kind = state.range(1) == 0 ? PoolKind::average : PoolKind::max;  // the case
  const PoolWindow window = {1, 28, 28, 64, 14, 14, 3, 3, 2, 2, 1, 1, 1, 1, 0, 0, false, 0, 14};
  const auto x = bench::ramp_f32(28 * 28 * 64);
  std::vector<float> y(14 * 14 * 64);
  const PoolF32Args args = {kind, x.data(), y.data(), window};
  bench::run_variant(state, kPoolF32, args, 14 * 14 * 9 * 64);
}
BENCHMARK(pool_f32)->Apply([](auto* b) { bench::add_variants(b, kPoolF32, 2); });

}  // namespace
}  // namespace linnet
