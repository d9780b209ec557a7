#include "kernels/reduce_s8/reduce_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void reduce_s8(benchmark::State& state) {
  const size_t inner = state.range(1) == 0 ? 1 : 512;  // the case
  const size_t reduce = 64;
  const auto x = bench::ramp_s8(bench::kElements);
  std::vector<int8_t> y(bench::kElements);
  const ReduceS8Args args = {ReduceOp::sum,
                             x.data(),
                             y.data(),
                             bench::kElements / reduce / inner,
                             reduce,
                             inner,
                             0,
                             inner,
                             3,
                             4,
                             0.01f};
  bench::run_variant(state, kReduceS8, args, bench::kElements);
}
BENCHMARK(reduce_s8)->Apply([](auto* b) { bench::add_variants(b, kReduceS8, 2); });

}  // namespace
}  // namespace linnet
