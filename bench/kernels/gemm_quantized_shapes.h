#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/isa.h"

// What the benches of the integer GEMM families share: shapes, bytes, the report. One thread,
// GMAC/s. Shapes: a square at several heights (decode, small batch, prefill), pointwise layers of
// MobileNetV1, 3x3 layers of ResNet-50 as GEMMs, a classifier.

namespace linnet::bench {

inline constexpr int64_t kQuantizedGemmShapes[][3] = {
    {1, 2048, 2048},  {8, 2048, 2048},  {128, 2048, 2048}, {512, 2048, 2048},
    {12544, 64, 32},  {3136, 128, 128}, {784, 256, 256},   {196, 512, 512},
    {49, 1024, 1024}, {3136, 64, 576},  {196, 256, 2304},  {1, 1000, 1024}};

struct GemmShape {
  explicit GemmShape(const benchmark::State& state)
      : m(static_cast<size_t>(state.range(1))),
        n(static_cast<size_t>(state.range(2))),
        k(static_cast<size_t>(state.range(3))) {}
  // Bytes from row to row of A: k rounded up to 8.
  size_t a_stride() const { return (k + 7) / 8 * 8; }
  void report(benchmark::State& state, Isa isa) const {
    state.SetLabel(isa_name(isa));
    state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(m * n * k) * 1e-9,
                                                  benchmark::Counter::kIsIterationInvariantRate);
  }

  size_t m, n, k;
};

// Every variant but scalar times every shape, times the values of one further argument.
template <typename Family>
void add_quantized_gemms(benchmark::internal::Benchmark* bench, const Family& family,
                         const std::vector<int64_t>& last = {}) {
  std::vector<std::string> names = {"variant", "m", "n", "k"};
  if (!last.empty()) names.push_back("block");
  bench->ArgNames(names)->Unit(benchmark::kMicrosecond);
  for (size_t v = 0; v + 1 < family.count; ++v) {
    if (!detect_isa().has(family.variants[v].isa)) continue;
    for (const auto& s : kQuantizedGemmShapes) {
      std::vector<int64_t> args = {static_cast<int64_t>(v), s[0], s[1], s[2]};
      if (last.empty()) bench->Args(args);
      for (const int64_t value : last) {
        std::vector<int64_t> all = args;
        all.push_back(value);
        bench->Args(all);
      }
    }
  }
}

// Values low…high.
template <typename T>
std::vector<T> random_bytes(size_t count, int low, int high) {
  std::mt19937 random(1);
  std::vector<T> values(count);
  for (T& value : values) {
    value =
        static_cast<T>(low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)));
  }
  return values;
}

}  // namespace linnet::bench
