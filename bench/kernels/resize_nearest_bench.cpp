#include "kernels/resize_nearest/resize_nearest.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void resize_nearest(benchmark::State& state) {
  const std::vector<int32_t> table(28, 3);
  const std::vector<uint8_t> x(14 * 14 * 32);
  std::vector<uint8_t> y(28 * 28 * 32);
  const ResizeNearestArgs args = {x.data(), y.data(),     14,           14, 28, 28,
                                  32,       table.data(), table.data(), 0,  28};
  bench::run_variant(state, kResizeNearest, args, y.size());
}
BENCHMARK(resize_nearest)->Apply([](auto* b) { bench::add_variants(b, kResizeNearest, 1); });

}  // namespace
}  // namespace linnet
