#include "kernels/compare_f32/compare_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void compare_f32(benchmark::State& state) {
  const auto a = bench::ramp_f32(bench::kElements), b = bench::ramp_f32(bench::kElements);
  std::vector<uint8_t> y(bench::kElements);
  const Broadcast same = {1, bench::kElements, 0, 0, false, false};
  const CompareF32Args args = {CompareOp::less, a.data(), b.data(), y.data(), same};
  bench::run_variant(state, kCompareF32, args, bench::kElements);
}
BENCHMARK(compare_f32)->Apply([](auto* b) { bench::add_variants(b, kCompareF32, 1); });

}  // namespace
}  // namespace linnet
