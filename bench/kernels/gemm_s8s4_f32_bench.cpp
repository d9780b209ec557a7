#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <limits>
#include <vector>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "kernels/pack/pack_panels_s4.h"

namespace linnet {
namespace {

constexpr size_t kMemoryBytes = size_t{256} << 20;

// A table that uses all of int8, as k-means codebooks and NF4 do.
constexpr int8_t kWideTable[16] = {-127, -88, -67, -50, -36, -23, -11, 0,
                                   10,   20,  31,  43,  56,  71,  92,  127};

// `from_memory`: copies of the weights take turns, more than fit in the caches.
void run_gemm_s8s4_f32(benchmark::State& state, const int8_t* table, bool from_memory) {
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
  const size_t bytes = static_cast<size_t>(panels_size_s4(shape.n, shape.k, block) + 63) / 64 * 64;
  const size_t copies = from_memory ? kMemoryBytes / bytes + 1 : 1;
  std::vector<uint64_t> packed(copies * bytes / 8);
  if (!pack_panels_s4(pack, packed.data())) return;
  for (size_t i = 1; i < copies; ++i) std::memcpy(&packed[i * bytes / 8], packed.data(), bytes);
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
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s4(shape.k, block));
  args.table = table;
  args.bias = bias.data();
  args.clamp_min = -std::numeric_limits<float>::infinity();
  args.clamp_max = std::numeric_limits<float>::infinity();
  args.c = c.data();
  args.c_stride = shape.n;
  const auto comp_offset = static_cast<size_t>(panel_comp_offset_s4(shape.n, shape.k, block));
  size_t copy = 0;
  for (auto _ : state) {
    args.w = reinterpret_cast<const uint8_t*>(&packed[copy * bytes / 8]);
    args.comp = reinterpret_cast<const float*>(args.w + comp_offset);
    variant.run(args);
    copy = copy + 1 < copies ? copy + 1 : 0;
  }
  shape.report(state, variant.isa);
  state.counters["GB/s"] = benchmark::Counter(static_cast<double>(bytes) * 1e-9,
                                              benchmark::Counter::kIsIterationInvariantRate);
}

void gemm_s8s4_f32(benchmark::State& state) { run_gemm_s8s4_f32(state, kInt4Table, false); }
BENCHMARK(gemm_s8s4_f32)->Apply([](auto* b) {
  bench::add_quantized_gemms(b, kGemmS8S4F32, {32, 128});
});

void gemm_s8s4_f32_wide_table(benchmark::State& state) {
  run_gemm_s8s4_f32(state, kWideTable, false);
}
BENCHMARK(gemm_s8s4_f32_wide_table)->Apply([](auto* b) {
  bench::add_quantized_gemms(b, kGemmS8S4F32, {32});
});

// A few rows, as a decoder has them: limits/read_memory is what the GB/s can reach.
void gemm_s8s4_f32_memory(benchmark::State& state) { run_gemm_s8s4_f32(state, kInt4Table, true); }
BENCHMARK(gemm_s8s4_f32_memory)->Apply([](auto* b) {
  b->ArgNames({"variant", "m", "n", "k", "block"})->Unit(benchmark::kMicrosecond);
  for (int64_t v = 0; v + 1 < static_cast<int64_t>(kGemmS8S4F32.count); ++v) {
    if (!detect_isa().has(kGemmS8S4F32.variants[v].isa)) continue;
    for (const int64_t m : {1, 2, 4, 8}) {
      for (const int64_t block : {32, 128}) b->Args({v, m, 2048, 2048, block});
    }
  }
});

}  // namespace
}  // namespace linnet
