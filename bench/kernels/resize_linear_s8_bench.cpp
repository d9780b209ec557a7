#include "kernels/resize_linear_s8/resize_linear_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void resize_linear_s8(benchmark::State& state) {
  const std::vector<int32_t> first(28, 3), second(28, 4);
  const std::vector<float> weight(28, 0.25f);
  const LinearTable table = {first.data(), second.data(), weight.data()};
  const auto x = bench::ramp_s8(14 * 14 * 32);
  std::vector<int8_t> y(28 * 28 * 32);
  const ResizeLinearS8Args args = {x.data(), y.data(), 14, 14, 32, 28, 28,
                                   table,    table,    0,  28, 1,  2,  0.7f};
  bench::run_variant(state, kResizeLinearS8, args, y.size());
}
BENCHMARK(resize_linear_s8)->Apply([](auto* b) { bench::add_variants(b, kResizeLinearS8, 1); });

}  // namespace
}  // namespace linnet
