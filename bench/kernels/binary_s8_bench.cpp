#include "kernels/binary_s8/binary_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void binary_s8(benchmark::State& state) {
  const BinaryS8 op = static_cast<BinaryS8>(state.range(1));  // the case: add, sub, mul
  const auto a = bench::ramp_s8(bench::kElements), b = bench::ramp_s8(bench::kElements);
  std::vector<int8_t> y(bench::kElements);
  const Broadcast same = {1, bench::kElements, 0, 0, false, false};
  const BinaryS8Args args = {op, a.data(), b.data(), y.data(), same, 1,
                             2,  3,        0.4f,     0.6f,     -128, 127};
  bench::run_variant(state, kBinaryS8, args, bench::kElements);
}
BENCHMARK(binary_s8)->Apply([](auto* b) { bench::add_variants(b, kBinaryS8, 3); });

}  // namespace
}  // namespace linnet
