#include "kernels/binary_s32/binary_s32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void binary_s32(benchmark::State& state) {
  const std::vector<int32_t> a(bench::kElements, 7), b(bench::kElements, 3);
  std::vector<int32_t> y(bench::kElements);
  const Broadcast same = {1, bench::kElements, 0, 0, false, false};
  const BinaryS32Args args = {BinaryS32::add, a.data(), b.data(), y.data(), same};
  bench::run_variant(state, kBinaryS32, args, bench::kElements);
}
BENCHMARK(binary_s32)->Apply([](auto* b) { bench::add_variants(b, kBinaryS32, 1); });

}  // namespace
}  // namespace linnet
