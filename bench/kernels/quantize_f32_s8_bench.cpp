#include "kernels/quantize_f32_s8/quantize_f32_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void quantize_f32_s8(benchmark::State& state) {
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<int8_t> y(bench::kElements);
  const QuantizeF32S8Args args = {x.data(), y.data(), bench::kElements, 0.04f, 3};
  bench::run_variant(state, kQuantizeF32S8, args, bench::kElements);
}
BENCHMARK(quantize_f32_s8)->Apply([](auto* b) { bench::add_variants(b, kQuantizeF32S8, 1); });

}  // namespace
}  // namespace linnet
