#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/isa.h"

// What the benches of the sparse GEMM families share. One thread; GMAC/s count the absent groups
// too (of the dense equivalent). The last argument is the share of absent k groups in per cent, or
// -1 for the dense family's variant of the same instruction set.

namespace linnet::bench {

inline constexpr int64_t kSparseShapes[][3] = {
    {1, 2048, 2048}, {16, 2048, 2048}, {196, 512, 512}, {784, 256, 256}};
inline constexpr int64_t kDense = -1;

struct SparseShape {
  explicit SparseShape(const benchmark::State& state)
      : m(static_cast<size_t>(state.range(1))),
        n(static_cast<size_t>(state.range(2))),
        k(static_cast<size_t>(state.range(3))),
        absent(state.range(4)) {}
  bool dense() const { return absent == kDense; }
  // Calls set(index into [n][k]) for the values of present groups.
  template <typename Set>
  void for_present(const Set& set) const {
    std::mt19937 random(1);
    for (size_t row = 0; row < n; row += 8) {
      for (size_t group = 0; group < k; group += 4) {
        if (static_cast<int64_t>(random() % 100) < absent) continue;
        for (size_t r = row; r < row + 8 && r < n; ++r) {
          for (size_t i = group; i < group + 4 && i < k; ++i) set(r * k + i);
        }
      }
    }
  }
  void report(benchmark::State& state, Isa isa) const {
    state.SetLabel(std::string(isa_name(isa)) + (dense() ? " dense" : ""));
    state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(m * n * k) * 1e-9,
                                                  benchmark::Counter::kIsIterationInvariantRate);
  }

  size_t m, n, k;
  int64_t absent;
};

// Begins at a multiple of 64.
class SparseBytes {
 public:
  explicit SparseBytes(uint64_t size) : lines_(static_cast<size_t>(size / 64 + 1)) {}
  void* data() { return lines_.data(); }

 private:
  struct alignas(64) Line {
    uint8_t bytes[64];
  };
  std::vector<Line> lines_;
};

// The variant of a dense family for the same instruction set, as there is one for each sparse one.
template <typename Fn>
Fn* same_isa(const KernelFamily<Fn>& family, Isa isa) {
  for (size_t v = 0; v < family.count; ++v) {
    if (family.variants[v].isa == isa) return family.variants[v].run;
  }
  return nullptr;
}

// Every variant but scalar times every shape and share.
template <typename Family>
void add_sparse_gemms(benchmark::internal::Benchmark* bench, const Family& family) {
  bench->ArgNames({"variant", "m", "n", "k", "absent"})->Unit(benchmark::kMicrosecond);
  for (size_t v = 0; v + 1 < family.count; ++v) {
    if (!detect_isa().has(family.variants[v].isa)) continue;
    for (const auto& s : kSparseShapes) {
      for (const int64_t absent : {kDense, int64_t{0}, int64_t{50}, int64_t{70}, int64_t{90}}) {
        bench->Args({static_cast<int64_t>(v), s[0], s[1], s[2], absent});
      }
    }
  }
}

}  // namespace linnet::bench
