#include "kernels/quantize_rows/quantize_rows.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void quantize_rows(benchmark::State& state) {
  const size_t m = 64, k = bench::kElements / m;
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<uint8_t> y(bench::kElements);
  std::vector<float> scale(m);
  std::vector<int32_t> zero(m);
  const QuantizeRowsArgs args = {x.data(), k,       y.data(),     k,          m, k, k,
                                 true,     nullptr, scale.data(), zero.data()};
  bench::run_variant(state, kQuantizeRows, args, bench::kElements);
}
BENCHMARK(quantize_rows)->Apply([](auto* b) { bench::add_variants(b, kQuantizeRows, 1); });

}  // namespace
}  // namespace linnet
