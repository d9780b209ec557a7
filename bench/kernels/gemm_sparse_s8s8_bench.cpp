#include "kernels/gemm_sparse_s8s8/gemm_sparse_s8s8.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "bench/kernels/sparse_shapes.h"
#include "kernels/gemm_sparse_s8s8_f32/gemm_sparse_s8s8_f32.h"
#include "kernels/pack/pack_panels_s8.h"
#include "kernels/pack/pack_sparse_panels_s8.h"

namespace linnet {
namespace {

// int8 weights in both layouts.
struct Weights {
  explicit Weights(const bench::SparseShape& s)
      : values(make(s)),
        sparse_layout(sparse_layout_s8(s.n, count_sparse_groups_s8(values.data(), s.k, s.n, s.k))),
        sparse(sparse_layout.size),
        dense(panels_size_s8(s.n, s.k)) {
    const uint64_t entries = count_sparse_groups_s8(values.data(), s.k, s.n, s.k);
    valid = pack_panels_s8(values.data(), s.k, s.n, s.k, dense.data()) &&
            pack_sparse_panels_s8(values.data(), s.k, s.n, s.k, entries, sparse.data()) &&
            open_sparse_panels_s8(sparse.data(), sparse_layout.size, s.n, s.k, &view);
  }

  // Normally distributed, as trained weights are.
  static std::vector<int8_t> make(const bench::SparseShape& s) {
    std::vector<int8_t> w(s.n * s.k);
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0.0f, 25.0f);
    s.for_present([&](size_t i) {
      w[i] = static_cast<int8_t>(std::clamp(std::lround(normal(random)), -127l, 127l));
    });
    return w;
  }

  std::vector<int8_t> values;
  SparseLayoutS8 sparse_layout;
  bench::SparseBytes sparse, dense;
  SparsePanelsS8 view;
  bool valid = false;
};

void gemm_sparse_s8s8(benchmark::State& state) {
  const bench::SparseShape shape(state);
  const auto& variant = kGemmSparseS8S8.variants[state.range(0)];
  Weights weights(shape);
  if (!weights.valid) return;
  const auto a = bench::random_bytes<int8_t>(shape.m * shape.k, -128, 127);
  const std::vector<int32_t> bias(shape.n, 1000);
  const std::vector<float> scale(shape.n, 1e-4f);
  std::vector<int8_t> c(shape.m * shape.n);
  GemmSparseS8S8Args args;
  args.w = weights.view;
  args.gemm.m = shape.m;
  args.gemm.n = shape.n;
  args.gemm.k = shape.k;
  args.gemm.a = a.data();
  args.gemm.a_stride = shape.k;
  args.gemm.w = static_cast<const int8_t*>(weights.dense.data());
  args.gemm.w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k));
  args.gemm.bias = bias.data();
  args.gemm.scale = scale.data();
  args.gemm.c = c.data();
  args.gemm.c_stride = shape.n;
  const auto dense = bench::same_isa(kGemmS8S8, variant.isa);
  for (auto _ : state) shape.dense() ? dense(args.gemm) : variant.run(args);
  shape.report(state, variant.isa);
}
BENCHMARK(gemm_sparse_s8s8)->Apply([](auto* b) { bench::add_sparse_gemms(b, kGemmSparseS8S8); });

void gemm_sparse_s8s8_f32(benchmark::State& state) {
  const bench::SparseShape shape(state);
  const auto& variant = kGemmSparseS8S8F32.variants[state.range(0)];
  Weights weights(shape);
  if (!weights.valid) return;
  const auto a = bench::random_bytes<int8_t>(shape.m * shape.k, -128, 127);
  const std::vector<float> w_scale(shape.n, 1e-2f), a_scale(shape.m, 1e-2f);
  const std::vector<int32_t> zero_point(shape.m, 3);
  std::vector<float> c(shape.m * shape.n);
  GemmSparseS8S8F32Args args;
  args.w = weights.view;
  args.gemm.m = shape.m;
  args.gemm.n = shape.n;
  args.gemm.k = shape.k;
  args.gemm.a = a.data();
  args.gemm.a_stride = shape.k;
  args.gemm.a_scale = a_scale.data();
  args.gemm.a_zero_point = zero_point.data();
  args.gemm.w = static_cast<const int8_t*>(weights.dense.data());
  args.gemm.w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k));
  args.gemm.row_sums = weights.view.row_sums;
  args.gemm.w_scale = w_scale.data();
  args.gemm.clamp_min = -1e9f;
  args.gemm.clamp_max = 1e9f;
  args.gemm.c = c.data();
  args.gemm.c_stride = shape.n;
  const auto dense = bench::same_isa(kGemmS8S8F32, variant.isa);
  for (auto _ : state) shape.dense() ? dense(args.gemm) : variant.run(args);
  shape.report(state, variant.isa);
}
BENCHMARK(gemm_sparse_s8s8_f32)->Apply([](auto* b) {
  bench::add_sparse_gemms(b, kGemmSparseS8S8F32);
});

}  // namespace
}  // namespace linnet
