#include "kernels/kv_cache_store/kv_cache_store.h"

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

// case: the format
void kv_cache_store(benchmark::State& state) {
  const size_t head_dim = 64, rows = bench::kElements / head_dim;
  const auto format = static_cast<KvFormat>(state.range(1));
  const size_t stride = kv_row_bytes(format, head_dim);
  const auto x = bench::ramp_f32(bench::kElements);
  std::vector<uint8_t> y(rows * stride);
  const KvCacheStoreArgs args = {x.data(), head_dim, y.data(), stride, rows, head_dim, format};
  bench::run_variant(state, kKvCacheStore, args, bench::kElements);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bench::kElements * 4));
}
BENCHMARK(kv_cache_store)->Apply([](auto* b) { bench::add_variants(b, kKvCacheStore, 4); });

}  // namespace
}  // namespace linnet
