#include "kernels/argmax_s8/argmax_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void argmax_s8(benchmark::State& state) {
  const auto x = bench::ramp_s8(bench::kElements);
  std::vector<int32_t> y(32);
  const ArgmaxS8Args args = {x.data(), y.data(), 32, bench::kElements / 32, 1, false};
  bench::run_variant(state, kArgmaxS8, args, bench::kElements);
}
BENCHMARK(argmax_s8)->Apply([](auto* b) { bench::add_variants(b, kArgmaxS8, 1); });

}  // namespace
}  // namespace linnet
