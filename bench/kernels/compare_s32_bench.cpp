#include "kernels/compare_s32/compare_s32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void compare_s32(benchmark::State& state) {
  const std::vector<int32_t> a(bench::kElements, 7), b(bench::kElements, 3);
  std::vector<uint8_t> y(bench::kElements);
  const Broadcast same = {1, bench::kElements, 0, 0, false, false};
  const CompareS32Args args = {CompareOp::less, a.data(), b.data(), y.data(), same};
  bench::run_variant(state, kCompareS32, args, bench::kElements);
}
BENCHMARK(compare_s32)->Apply([](auto* b) { bench::add_variants(b, kCompareS32, 1); });

}  // namespace
}  // namespace linnet
