#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void dequantize_s8_f32(benchmark::State& state) {
  const auto x = bench::ramp_s8(bench::kElements);
  std::vector<float> y(bench::kElements);
  const float scale = 0.1f;
  const int32_t zero = 3;
  const DequantizeS8F32Args args = {x.data(), y.data(), 1, 1, bench::kElements, &scale, &zero};
  bench::run_variant(state, kDequantizeS8F32, args, bench::kElements);
}
BENCHMARK(dequantize_s8_f32)->Apply([](auto* b) { bench::add_variants(b, kDequantizeS8F32, 1); });

}  // namespace
}  // namespace linnet
