#include "kernels/reduce_f32/reduce_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void reduce_f32(benchmark::State& state) {
  const size_t inner = state.range(1) == 0 ? 1 : 512;  // the case
  const size_t reduce = 64;
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<float> y(bench::kElements);
  const ReduceF32Args args = {ReduceOp::sum, x.data(), y.data(), bench::kElements / reduce / inner,
                              reduce,        inner,    0,        inner};
  bench::run_variant(state, kReduceF32, args, bench::kElements);
}
BENCHMARK(reduce_f32)->Apply([](auto* b) { bench::add_variants(b, kReduceF32, 2); });

}  // namespace
}  // namespace linnet
