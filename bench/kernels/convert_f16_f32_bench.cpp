#include "kernels/convert_f16_f32/convert_f16_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void convert_f16_f32(benchmark::State& state) {
  const std::vector<uint16_t> x(bench::kElements, 0x3555);
  std::vector<float> y(bench::kElements);
  const ConvertF16F32Args args = {x.data(), y.data(), bench::kElements};
  bench::run_variant(state, kConvertF16F32, args, bench::kElements);
}
BENCHMARK(convert_f16_f32)->Apply([](auto* b) { bench::add_variants(b, kConvertF16F32, 1); });

void convert_f32_f16(benchmark::State& state) {
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<uint16_t> y(bench::kElements);
  const ConvertF32F16Args args = {x.data(), y.data(), bench::kElements};
  bench::run_variant(state, kConvertF32F16, args, bench::kElements);
}
BENCHMARK(convert_f32_f16)->Apply([](auto* b) { bench::add_variants(b, kConvertF32F16, 1); });

}  // namespace
}  // namespace linnet
