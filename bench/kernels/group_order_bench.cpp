#include "kernels/gemm_s8s8/group_order.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "kernels/pack/pack_panels_s8.h"

namespace linnet {
namespace {

// Bytes of weights a second.
void group_order(benchmark::State& state) {
  const bench::GemmShape shape(state);
  const auto& variant = kGroupOrder.variants[state.range(0)];
  const auto w = bench::random_weights(shape.n, shape.k);
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(shape.n, shape.k)) / 8 + 1);
  if (!pack_panels_s8(w.data(), shape.k, shape.n, shape.k, packed.data())) return;
  const size_t panels = static_cast<size_t>(panel_count(shape.n));
  std::vector<uint64_t> order(panels * group_order_bytes(shape.k) / 8);
  const GroupOrderArgs args = {.w = reinterpret_cast<const int8_t*>(packed.data()),
                               .w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k)),
                               .panels = panels,
                               .k = shape.k,
                               .order = order.data(),
                               .order_stride = group_order_bytes(shape.k)};
  for (auto _ : state) {
    variant.run(args);
    benchmark::ClobberMemory();
  }
  state.SetLabel(isa_name(variant.isa));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(panel_row_sums_offset_s8(shape.n, shape.k)));
}
BENCHMARK(group_order)->Apply([](auto* b) {
  b->ArgNames({"variant", "m", "n", "k"})->Unit(benchmark::kMicrosecond);
  for (size_t v = 0; v < kGroupOrder.count; ++v) {
    if (kGroupOrder.variants[v].run == nullptr) continue;
    if (!detect_isa().has(kGroupOrder.variants[v].isa)) continue;
    for (const int64_t k : {32, 576, 2048}) b->Args({static_cast<int64_t>(v), 1, 1024, k});
  }
});

}  // namespace
}  // namespace linnet
