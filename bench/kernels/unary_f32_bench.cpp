#include "kernels/unary_f32/unary_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void unary_f32(benchmark::State& state) {
  const UnaryF32 function = static_cast<UnaryF32>(state.range(1));  // the case
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<float> y(bench::kElements);
  const UnaryF32Args args = {function, x.data(), y.data(), bench::kElements, 0.1f, 0.5f};
  bench::run_variant(state, kUnaryF32, args, bench::kElements);
}
BENCHMARK(unary_f32)->Apply([](auto* b) { bench::add_variants(b, kUnaryF32, kUnaryF32Count); });

}  // namespace
}  // namespace linnet
