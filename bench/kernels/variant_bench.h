#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/isa.h"

// What the benchmarks of elementwise kernels share: one thread, data that stays in the L2 cache.

namespace linnet::bench {

inline constexpr size_t kElements = 32768;

// Adds every variant that this machine has, for cases 0 … cases − 1.
template <typename Family>
void add_variants(benchmark::internal::Benchmark* bench, const Family& family, int64_t cases = 1) {
  bench->ArgNames({"variant", "case"})->Unit(benchmark::kMicrosecond);
  for (int64_t c = 0; c < cases; ++c) {
    for (size_t v = 0; v < family.count; ++v) {
      if (detect_isa().has(family.variants[v].isa)) bench->Args({static_cast<int64_t>(v), c});
    }
  }
}

// Times variant `range(0)` on the arguments and reports elements a second.
template <typename Family, typename Args>
void run_variant(benchmark::State& state, const Family& family, const Args& args, size_t elements) {
  const auto& variant = family.variants[state.range(0)];
  for (auto _ : state) {
    variant.run(args);
    benchmark::ClobberMemory();
  }
  state.SetLabel(isa_name(variant.isa));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(elements));
}

inline std::vector<float> ramp_f32(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i % 1009) * 0.01f - 5.0f;
  return values;
}

inline std::vector<int8_t> ramp_s8(size_t count) {
  std::vector<int8_t> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<int8_t>(i * 37 + i / 251);
  return values;
}

}  // namespace linnet::bench
