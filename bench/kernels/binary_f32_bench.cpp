#include "kernels/binary_f32/binary_f32.h"

#include "bench/kernels/variant_bench.h"

#include <limits>

namespace linnet {
namespace {

void binary_f32(benchmark::State& state) {
  const BinaryF32 op = static_cast<BinaryF32>(state.range(1));  // the case
  const auto a = bench::ramp_f32(bench::kElements), b = bench::ramp_f32(bench::kElements);
  std::vector<float> y(bench::kElements);
  const float inf = std::numeric_limits<float>::infinity();
  const Broadcast same = {1, bench::kElements, 0, 0, false, false};
  const BinaryF32Args args = {op, a.data(), b.data(), y.data(), same, -inf, inf};
  bench::run_variant(state, kBinaryF32, args, bench::kElements);
}
BENCHMARK(binary_f32)->Apply([](auto* b) { bench::add_variants(b, kBinaryF32, kBinaryF32Count); });

}  // namespace
}  // namespace linnet
