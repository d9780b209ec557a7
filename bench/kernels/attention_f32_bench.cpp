#include "kernels/attention_f32/attention_f32.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <new>
#include <string>
#include <vector>

#include "bench/kernels/variant_bench.h"
#include "kernels/kv_cache_store/kv_cache_store.h"

// One thread, one key/value head. Prefill: 512 causal queries on 512 keys, or on 2048. Decode: one
// token with 1, 4 or 8 query heads to the key/value head, over as many keys/value heads as fill 64
// MiB, so that the cache comes from memory; bytes/s counts its rows.

namespace linnet {
namespace {

std::vector<uint8_t> filled_cache(KvFormat format, size_t rows, size_t head_dim) {
  std::vector<float> x(rows * head_dim);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 7919 % 1009) * 0.002f - 1.0f;
  const size_t stride = kv_row_bytes(format, head_dim);
  std::vector<uint8_t> cache(rows * stride);
  kKvCacheStore.pick(detect_isa())
      .run({x.data(), head_dim, cache.data(), stride, rows, head_dim, format});
  return cache;
}

struct Scratch {
  explicit Scratch(size_t head_dim)
      : data(static_cast<float*>(::operator new(attention_f32_scratch(head_dim) * sizeof(float),
                                                std::align_val_t(64)))) {}
  ~Scratch() { ::operator delete(data, std::align_val_t(64)); }
  float* data;
};

void run(benchmark::State& state, size_t tokens, size_t heads, size_t keys, size_t caches) {
  const auto& variant = kAttentionF32.variants[state.range(0)];
  const auto head_dim = static_cast<size_t>(state.range(1));
  const auto format = static_cast<KvFormat>(state.range(2));
  const size_t stride = kv_row_bytes(format, head_dim);
  const auto q = bench::ramp_f32(tokens * heads * head_dim);
  std::vector<float> y(q.size());
  const auto k = filled_cache(format, keys * caches, head_dim);
  const auto v = filled_cache(format, keys * caches, head_dim);
  std::vector<AttentionRange> ranges;
  size_t pairs = 0;
  for (size_t t = 0; t < tokens; ++t) {
    ranges.push_back({0, keys - (tokens - 1 - t)});
    pairs += ranges.back().end * heads;
  }
  const Scratch scratch(head_dim);
  AttentionF32Args args = {q.data(),
                           heads * head_dim,
                           head_dim,
                           y.data(),
                           heads * head_dim,
                           head_dim,
                           tokens,
                           heads,
                           head_dim,
                           k.data(),
                           stride,
                           format,
                           v.data(),
                           stride,
                           format,
                           ranges.data(),
                           1.0f / std::sqrt(static_cast<float>(head_dim)),
                           0.0f,
                           scratch.data};
  size_t cache = 0;
  for (auto _ : state) {
    args.k = k.data() + cache * keys * stride;
    args.v = v.data() + cache * keys * stride;
    cache = cache + 1 < caches ? cache + 1 : 0;
    variant.run(args);
    benchmark::ClobberMemory();
  }
  state.SetLabel(isa_name(variant.isa));
  state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(2 * pairs * head_dim) * 1e-9,
                                                benchmark::Counter::kIsIterationInvariantRate);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * keys * 2 * stride));
}

void attention_f32_prefill(benchmark::State& state) {
  run(state, 512, 1, static_cast<size_t>(state.range(3)), 1);
}

void attention_f32_decode(benchmark::State& state) {
  const size_t row =
      kv_row_bytes(static_cast<KvFormat>(state.range(2)), static_cast<size_t>(state.range(1)));
  constexpr size_t kKeys = 4096;
  run(state, 1, static_cast<size_t>(state.range(3)), kKeys, (size_t{32} << 20) / (kKeys * row) + 1);
}

void add(benchmark::internal::Benchmark* bench, const char* last, std::vector<int64_t> values) {
  bench->ArgNames({"variant", "head_dim", "format", last})->Unit(benchmark::kMicrosecond);
  for (size_t v = 0; v + 1 < kAttentionF32.count; ++v) {
    if (!detect_isa().has(kAttentionF32.variants[v].isa)) continue;
    for (const int64_t head_dim : {64, 128}) {
      for (int64_t format = 0; format < 4; ++format) {
        for (const int64_t value : values) {
          bench->Args({static_cast<int64_t>(v), head_dim, format, value});
        }
      }
    }
  }
}
BENCHMARK(attention_f32_prefill)->Apply([](auto* b) { add(b, "keys", {512, 2048}); });
BENCHMARK(attention_f32_decode)->Apply([](auto* b) { add(b, "heads", {1, 4, 8}); });

}  // namespace
}  // namespace linnet
