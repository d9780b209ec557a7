#include "kernels/softmax_f32/softmax_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void softmax_f32(benchmark::State& state) {
  const size_t inner = state.range(1) == 0 ? 1 : 8;  // the case
  const size_t n = 128;
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<float> y(bench::kElements);
  const SoftmaxF32Args args = {x.data(), y.data(), bench::kElements / n / inner, n, inner};
  bench::run_variant(state, kSoftmaxF32, args, bench::kElements);
}
BENCHMARK(softmax_f32)->Apply([](auto* b) { bench::add_variants(b, kSoftmaxF32, 2); });

}  // namespace
}  // namespace linnet
