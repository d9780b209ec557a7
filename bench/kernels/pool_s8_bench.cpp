#include "kernels/pool_s8/pool_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void pool_s8(benchmark::State& state) {
  const PoolKind kind = state.range(1) == 0 ? PoolKind::average : PoolKind::max;  // the case
  const PoolWindow window = {1, 28, 28, 64, 14, 14, 3, 3, 2, 2, 1, 1, 1, 1, 0, 0, false, 0, 14};
  const auto x = bench::ramp_s8(28 * 28 * 64);
  std::vector<int8_t> y(14 * 14 * 64);
  const PoolS8Args args = {kind, x.data(), y.data(), window, 3, 4, 0.7f};
  bench::run_variant(state, kPoolS8, args, 14 * 14 * 9 * 64);
}
BENCHMARK(pool_s8)->Apply([](auto* b) { bench::add_variants(b, kPoolS8, 2); });

}  // namespace
}  // namespace linnet
