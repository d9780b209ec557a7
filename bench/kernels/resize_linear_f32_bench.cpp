#include "kernels/resize_linear_f32/resize_linear_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void resize_linear_f32(benchmark::State& state) {
  const std::vector<int32_t> first(28, 3), second(28, 4);
  const std::vector<float> weight(28, 0.25f);
  const LinearTable table = {first.data(), second.data(), weight.data()};
  const auto x = bench::ramp_f32(14 * 14 * 32);
  std::vector<float> y(28 * 28 * 32);
  const ResizeLinearF32Args args = {x.data(), y.data(), 14, 14, 32, 28, 28, table, table, 0, 28};
  bench::run_variant(state, kResizeLinearF32, args, y.size());
}
BENCHMARK(resize_linear_f32)->Apply([](auto* b) { bench::add_variants(b, kResizeLinearF32, 1); });

}  // namespace
}  // namespace linnet
