#include "kernels/gemm_sparse_f32/gemm_sparse_f32.h"

#include <benchmark/benchmark.h>

#include <limits>

#include "bench/kernels/sparse_shapes.h"
#include "kernels/pack/pack_panels_f32.h"
#include "kernels/pack/pack_sparse_panels_f32.h"

namespace linnet {
namespace {

void gemm_sparse_f32(benchmark::State& state) {
  const bench::SparseShape s(state);
  const auto& variant = kGemmSparseF32.variants[state.range(0)];
  std::vector<float> w(s.n * s.k);
  s.for_present([&](size_t i) { w[i] = 0.25f; });
  std::vector<float> packed(panels_f32_elements(s.n, s.k));
  pack_panels_f32(w.data(), s.k, 1, s.n, s.k, packed.data());
  const uint64_t entries = count_sparse_groups_f32(w.data(), s.k, 1, s.n, s.k);
  const uint64_t size = sparse_layout_f32(s.n, entries).size;
  bench::SparseBytes sparse(size);
  GemmSparseF32Args args;
  if (!pack_sparse_panels_f32(w.data(), s.k, 1, s.n, s.k, entries, sparse.data()) ||
      !open_sparse_panels_f32(sparse.data(), size, s.n, s.k, &args.w)) {
    return;
  }
  const std::vector<float> a(s.m * s.k, 0.5f), bias(s.n, 1.0f);
  std::vector<float> c(s.m * s.n);
  constexpr float inf = std::numeric_limits<float>::infinity();
  args.gemm = {a.data(), s.k, packed.data(), bias.data(), c.data(), s.n, s.m, s.n, s.k, -inf, inf};
  const auto dense = bench::same_isa(kGemmF32, variant.isa);
  for (auto _ : state) s.dense() ? dense(args.gemm) : variant.run(args);
  s.report(state, variant.isa);
}
BENCHMARK(gemm_sparse_f32)->Apply([](auto* b) { bench::add_sparse_gemms(b, kGemmSparseF32); });

}  // namespace
}  // namespace linnet
