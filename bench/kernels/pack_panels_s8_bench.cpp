#include "kernels/pack/pack_panels_s8.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

void pack_s8(benchmark::State& state) {
  const size_t n = static_cast<size_t>(state.range(0)), k = static_cast<size_t>(state.range(1));
  const std::vector<int8_t> w(n * k, 7);
  std::vector<int32_t> packed(panels_size_s8(n, k) / 4);
  bool ok = true;
  for (auto _ : state) {
    ok = pack_panels_s8(w.data(), k, n, k, packed.data()) && ok;
    benchmark::ClobberMemory();
  }
  if (!ok) state.SkipWithError("the packer refuses the weights");
  state.SetBytesProcessed(static_cast<int64_t>(w.size()) * state.iterations());
}
BENCHMARK(pack_s8)->Name("pack_panels_s8")->ArgNames({"n", "k"})->Args({196, 64})->Args({512, 512});

}  // namespace
}  // namespace linnet
