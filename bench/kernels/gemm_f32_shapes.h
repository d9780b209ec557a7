#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/isa.h"
#include "kernels/pack/pack_panels_f32.h"

// One thread, GMAC/s. Shapes: pointwise layers of MobileNetV1/V2, 3x3 layers of ResNet-50 as GEMMs,
// a square at several heights (decode, small batch, prefill), the few rows of a decoder.

namespace linnet::bench {

inline constexpr int64_t kGemmShapes[][3] = {
    {12544, 64, 32},   {3136, 128, 128}, {3136, 24, 144}, {784, 256, 256},  {784, 192, 32},
    {196, 512, 512},   {49, 1024, 1024}, {49, 320, 960},  {196, 256, 2304}, {3136, 64, 576},
    {49, 512, 4608},   {1, 1000, 1280},  {1, 2048, 2048}, {4, 2048, 2048},  {8, 2048, 2048},
    {128, 2048, 2048}, {512, 2048, 2048}};

template <typename Family>
void add_gemm_shapes(benchmark::internal::Benchmark* bench, const Family& family) {
  bench->ArgNames({"variant", "m", "n", "k"})->Unit(benchmark::kMicrosecond);
  for (size_t v = 0; v < family.count; ++v) {
    if (!detect_isa().has(family.variants[v].isa) || family.variants[v].isa == Isa::scalar)
      continue;
    for (const auto& s : kGemmShapes) bench->Args({static_cast<int64_t>(v), s[0], s[1], s[2]});
  }
}

template <typename Args, typename Family, typename Weight>
void run_gemm(benchmark::State& state, const Family& family, const std::vector<Weight>& packed) {
  const auto& variant = family.variants[state.range(0)];
  const auto m = static_cast<size_t>(state.range(1));
  const auto n = static_cast<size_t>(state.range(2));
  const auto k = static_cast<size_t>(state.range(3));
  const std::vector<float> a(m * k, 0.5f), bias(n, 1.0f);
  std::vector<float> c(m * n);
  constexpr float inf = std::numeric_limits<float>::infinity();
  const Args args{a.data(), k, packed.data(), bias.data(), c.data(), n, m, n, k, -inf, inf};
  for (auto _ : state) variant.run(args);
  state.SetLabel(isa_name(variant.isa));
  state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(m * n * k) * 1e-9,
                                                benchmark::Counter::kIsIterationInvariantRate);
}

inline size_t packed_elements(const benchmark::State& state) {
  return panels_f32_elements(static_cast<size_t>(state.range(2)),
                             static_cast<size_t>(state.range(3)));
}

}  // namespace linnet::bench
