#include "kernels/rotary_f32/rotary_f32.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void rotary_f32(benchmark::State& state) {
  const size_t head_dim = 64, heads = 32, tokens = bench::kElements / head_dim / heads;
  const auto x = bench::ramp_f32(bench::kElements), cos = bench::ramp_f32(tokens * head_dim / 2),
             sin = bench::ramp_f32(tokens * head_dim / 2);
  std::vector<float> y(bench::kElements);
  const RotaryPairs pairs = state.range(1) == 0 ? RotaryPairs::halves : RotaryPairs::interleaved;
  const RotaryF32Args args = {x.data(), heads * head_dim, head_dim,  y.data(), heads * head_dim,
                              head_dim, tokens,           heads,     head_dim, head_dim,
                              pairs,    cos.data(),       sin.data()};
  bench::run_variant(state, kRotaryF32, args, bench::kElements);
  state.SetBytesProcessed(
      static_cast<int64_t>(state.iterations() * bench::kElements * 2 * sizeof(float)));
}
BENCHMARK(rotary_f32)->Apply([](auto* b) { bench::add_variants(b, kRotaryF32, 2); });

}  // namespace
}  // namespace linnet
