#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

#include <benchmark/benchmark.h>

#include <limits>
#include <vector>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "kernels/pack/pack_panels_s4.h"

namespace linnet {
namespace {

// A table that uses all of int8, as k-means codebooks and NF4 do.
constexpr int8_t kWideTable[16] = {-127, -88, -67, -50, -36, -23, -11, 0,
                                   10,   20,  31,  43,  56,  71,  92,  127};

void run_gemm_s8s4_f32(benchmark::State& state, const int8_t* table) {
  const bench::GemmShape shape(state);
  const auto& variant = kGemmS8S4F32.variants[state.range(0)];
  const auto block = static_cast<size_t>(state.range(4));
  const auto blocks = static_cast<size_t>(panel_block_count(shape.k, block));
  const auto a = bench::random_bytes<uint8_t>(shape.m * shape.a_stride(), 0, 255);
  const auto codes = bench::random_bytes<uint8_t>(shape.n * shape.k, 0, 15);
  const std::vector<uint16_t> scales(shape.n * blocks, uint16_t{0x2000});  // 2^-7
  PackPanelsS4Args pack;
  pack.n = shape.n;
  pack.k = shape.k;
  pack.block = block;
  pack.codes = codes.data();
  pack.codes_stride = shape.k;
  pack.scales = scales.data();
  pack.scales_stride = blocks;
  pack.table = table;
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s4(shape.n, shape.k, block)) / 8 +
                               1);
  if (!pack_panels_s4(pack, packed.data())) return;
  const std::vector<float> a_scale(shape.m, 0.01f), bias(shape.n, 1.0f);
  const std::vector<int32_t> zero_point(shape.m, 128);
  std::vector<float> c(shape.m * shape.n);
  GemmS8S4F32Args args;
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.block = block;
  args.a = a.data();
  args.a_stride = shape.a_stride();
  args.a_scale = a_scale.data();
  args.a_zero_point = zero_point.data();
  args.w = reinterpret_cast<const uint8_t*>(packed.data());
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s4(shape.k, block));
  args.comp = reinterpret_cast<const float*>(
      args.w + static_cast<size_t>(panel_comp_offset_s4(shape.n, shape.k, block)));
  args.table = table;
  args.bias = bias.data();
  args.clamp_min = -std::numeric_limits<float>::infinity();
  args.clamp_max = std::numeric_limits<float>::infinity();
  args.c = c.data();
  args.c_stride = shape.n;
  for (auto _ : state) variant.run(args);
  shape.report(state, variant.isa);
}

void gemm_s8s4_f32(benchmark::State& state) { run_gemm_s8s4_f32(state, kInt4Table); }
BENCHMARK(gemm_s8s4_f32)->Apply([](auto* b) {
  bench::add_quantized_gemms(b, kGemmS8S4F32, {32, 128});
});

void gemm_s8s4_f32_wide_table(benchmark::State& state) { run_gemm_s8s4_f32(state, kWideTable); }
BENCHMARK(gemm_s8s4_f32_wide_table)->Apply([](auto* b) {
  bench::add_quantized_gemms(b, kGemmS8S4F32, {32});
});

}  // namespace
}  // namespace linnet
