#include "bench/kernels/variant_bench.h"
#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"
#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {
namespace {

// 16 rows of 2048 values from a table of 4096: what the table's bytes are does not matter.
constexpr size_t kRows = 4096, kValues = 2048, kCount = 16, kBlock = 32;

std::vector<int32_t> scattered() {
  std::vector<int32_t> indices;
  for (int32_t i = 0; i < static_cast<int32_t>(kCount); ++i) indices.push_back(i * 1777 % 4096);
  return indices;
}

void gather_panels_s8_f32(benchmark::State& state) {
  const auto stride = static_cast<size_t>(panel_bytes_s8(kValues));
  const auto w = bench::ramp_s8(kRows / 8 * stride);
  const std::vector<float> scales(kRows, 0.01f);
  const auto indices = scattered();
  std::vector<float> y(kCount * kValues);
  const GatherPanelsS8F32Args args = {w.data(),       stride, scales.data(), kRows,  kValues,
                                      indices.data(), kCount, y.data(),      kValues};
  bench::run_variant(state, kGatherPanelsS8F32, args, kCount * kValues);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kCount * kValues * 4));
}
BENCHMARK(gather_panels_s8_f32)->Apply([](auto* b) { bench::add_variants(b, kGatherPanelsS8F32); });

void gather_panels_s4_f32(benchmark::State& state) {
  const auto stride = static_cast<size_t>(panel_bytes_s4(kValues, kBlock));
  std::vector<uint8_t> w(kRows / 8 * stride, uint8_t{0x29});
  const int8_t table[16] = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};
  const auto indices = scattered();
  std::vector<float> y(kCount * kValues);
  const GatherPanelsS4F32Args args = {w.data(), stride,         kRows,  kValues,  kBlock,
                                      table,    indices.data(), kCount, y.data(), kValues};
  bench::run_variant(state, kGatherPanelsS4F32, args, kCount * kValues);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kCount * kValues * 4));
}
BENCHMARK(gather_panels_s4_f32)->Apply([](auto* b) { bench::add_variants(b, kGatherPanelsS4F32); });

}  // namespace
}  // namespace linnet
