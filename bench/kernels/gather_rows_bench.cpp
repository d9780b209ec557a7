#include "kernels/gather_rows/gather_rows.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void gather_rows(benchmark::State& state) {
  const std::vector<int32_t> indices(64, -7);
  const std::vector<uint8_t> x(100 * 512);
  std::vector<uint8_t> y(64 * 512);
  const GatherRowsArgs args = {x.data(), y.data(), 1, 100, 512, indices.data(), indices.size()};
  bench::run_variant(state, kGatherRows, args, y.size());
}
BENCHMARK(gather_rows)->Apply([](auto* b) { bench::add_variants(b, kGatherRows, 1); });

}  // namespace
}  // namespace linnet
