#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/gemm_s8s8/group_order.h"
#include "kernels/isa.h"
#include "kernels/pack/panels.h"

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

// n rows of k weights as networks have them: normal, the largest of a row 127.
inline std::vector<int8_t> random_weights(size_t n, size_t k) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> row(k);
  std::vector<int8_t> w(n * k);
  for (size_t j = 0; j < n; ++j) {
    float largest = 1e-6f;
    for (float& value : row) largest = std::max(largest, std::fabs(value = normal(random)));
    for (size_t i = 0; i < k; ++i) {
      w[j * k + i] = static_cast<int8_t>(std::lrint(row[i] / largest * 127.0f));
    }
  }
  return w;
}

// The tables of k groups for s8 panels, as the kernels of `isa` want them; empty if they want none.
inline std::vector<uint64_t> make_group_order(Isa isa, const int8_t* panels,
                                              const GemmShape& shape) {
  for (size_t v = 0; v < kGroupOrder.count; ++v) {
    if (kGroupOrder.variants[v].isa != isa || kGroupOrder.variants[v].run == nullptr) continue;
    const size_t count = static_cast<size_t>(panel_count(shape.n));
    std::vector<uint64_t> order(count * group_order_bytes(shape.k) / 8);
    kGroupOrder.variants[v].run({.w = panels,
                                 .w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k)),
                                 .panels = count,
                                 .k = shape.k,
                                 .order = order.data(),
                                 .order_stride = group_order_bytes(shape.k)});
    return order;
  }
  return {};
}

}  // namespace linnet::bench
