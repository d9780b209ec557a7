#include "kernels/gemm_sparse_s8s4_f32/gemm_sparse_s8s4_f32.h"

#include <benchmark/benchmark.h>

#include <limits>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "bench/kernels/sparse_shapes.h"
#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/pack_sparse_panels_s4.h"

namespace linnet {
namespace {

void run_gemm_sparse_s8s4_f32(benchmark::State& state, size_t block) {
  const bench::SparseShape s(state);
  const auto& variant = kGemmSparseS8S4F32.variants[state.range(0)];
  const auto blocks = static_cast<size_t>(panel_block_count(s.k, block));
  std::vector<uint8_t> codes(s.n * s.k, uint8_t{8});
  const auto values = bench::random_bytes<uint8_t>(codes.size(), 0, 15);
  s.for_present([&](size_t i) { codes[i] = values[i]; });
  const std::vector<uint16_t> scales(s.n * blocks, uint16_t{0x2000});  // 2^-7
  PackPanelsS4Args pack;
  pack.n = s.n;
  pack.k = s.k;
  pack.block = block;
  pack.codes = codes.data();
  pack.codes_stride = s.k;
  pack.scales = scales.data();
  pack.scales_stride = blocks;
  const SparseCountS4 count = count_sparse_lines_s4(pack);
  const uint64_t size = sparse_layout_s4(s.n, s.k, block, count.lines, count.scales).size;
  bench::SparseBytes sparse(size), packed(panels_size_s4(s.n, s.k, block));
  GemmSparseS8S4F32Args args;
  if (!pack_panels_s4(pack, packed.data()) || !pack_sparse_panels_s4(pack, count, sparse.data()) ||
      !open_sparse_panels_s4(sparse.data(), size, s.n, s.k, block, &args.w)) {
    return;
  }
  const auto a = bench::random_bytes<uint8_t>(s.m * s.k, 0, 255);
  const std::vector<float> a_scale(s.m, 0.01f);
  const std::vector<int32_t> zero_point(s.m, 128);
  std::vector<float> c(s.m * s.n);
  GemmS8S4F32Args& gemm = args.gemm;
  gemm.m = s.m;
  gemm.n = s.n;
  gemm.k = s.k;
  gemm.block = block;
  gemm.a = a.data();
  gemm.a_stride = s.k;
  gemm.a_scale = a_scale.data();
  gemm.a_zero_point = zero_point.data();
  gemm.w = static_cast<const uint8_t*>(packed.data());
  gemm.w_panel_stride = static_cast<size_t>(panel_bytes_s4(s.k, block));
  gemm.comp = args.w.comp;
  gemm.table = kInt4Table;
  gemm.clamp_min = -std::numeric_limits<float>::infinity();
  gemm.clamp_max = std::numeric_limits<float>::infinity();
  gemm.c = c.data();
  gemm.c_stride = s.n;
  const auto dense = bench::same_isa(kGemmS8S4F32, variant.isa);
  for (auto _ : state) s.dense() ? dense(gemm) : variant.run(args);
  s.report(state, variant.isa);
}

void gemm_sparse_s8s4_f32_block32(benchmark::State& state) { run_gemm_sparse_s8s4_f32(state, 32); }
BENCHMARK(gemm_sparse_s8s4_f32_block32)->Apply([](auto* b) {
  bench::add_sparse_gemms(b, kGemmSparseS8S4F32);
});

void gemm_sparse_s8s4_f32_block128(benchmark::State& state) {
  run_gemm_sparse_s8s4_f32(state, 128);
}
BENCHMARK(gemm_sparse_s8s4_f32_block128)->Apply([](auto* b) {
  bench::add_sparse_gemms(b, kGemmSparseS8S4F32);
});

}  // namespace
}  // namespace linnet
