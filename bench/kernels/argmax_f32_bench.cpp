#include "kernels/argmax_f32/argmax_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void argmax_f32(benchmark::State& state) {
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<int32_t> y(32);
  const ArgmaxF32Args args = {x.data(), y.data(), 32, bench::kElements / 32, 1, false};
  bench::run_variant(state, kArgmaxF32, args, bench::kElements);
}
BENCHMARK(argmax_f32)->Apply([](auto* b) { bench::add_variants(b, kArgmaxF32, 1); });

}  // namespace
}  // namespace linnet
