#include "kernels/lut_s8/lut_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void lut_s8(benchmark::State& state) {
  const auto x = bench::ramp_s8(bench::kElements);
  std::vector<int8_t> y(bench::kElements);
  const auto table = bench::ramp_s8(256);
  const LutS8Args args = {x.data(), y.data(), bench::kElements, table.data()};
  bench::run_variant(state, kLutS8, args, bench::kElements);
}
BENCHMARK(lut_s8)->Apply([](auto* b) { bench::add_variants(b, kLutS8, 1); });

}  // namespace
}  // namespace linnet
