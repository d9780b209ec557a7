#include "kernels/winograd_f32/winograd_f32.h"

#include <limits>

#include "bench/kernels/variant_bench.h"

namespace linnet {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

// Sixteen tiles of 64 channels in an image of 64 x 64.
constexpr size_t kSize = 64, kChannels = 64, kTiles = 16;

size_t matrices(size_t tile) { return (tile + 2) * (tile + 2); }

// Elements a second are those of the transformed tiles.
void winograd_input_f32(benchmark::State& state) {
  const size_t tile = state.range(1) == 0 ? 4 : 2;
  const size_t matrix = kTiles * kChannels + 16;
  const std::vector<float> x = bench::ramp_f32(kSize * kSize * kChannels);
  std::vector<float> v(matrices(tile) * matrix);
  const WinogradInputF32Args args = {.x = x.data(),
                                     .h = kSize,
                                     .w = kSize,
                                     .c = kChannels,
                                     .pad_top = 1,
                                     .pad_left = 1,
                                     .tile = tile,
                                     .tiles_w = kSize / tile,
                                     .first = 0,
                                     .count = kTiles,
                                     .v = v.data(),
                                     .v_matrix = matrix};
  bench::run_variant(state, kWinogradInputF32, args, matrices(tile) * kTiles * kChannels);
}
BENCHMARK(winograd_input_f32)->Apply([](auto* b) { bench::add_variants(b, kWinogradInputF32, 2); });

void winograd_output_f32(benchmark::State& state) {
  const size_t tile = state.range(1) == 0 ? 4 : 2;
  const size_t matrix = kTiles * kChannels + 16;
  const std::vector<float> m = bench::ramp_f32(matrices(tile) * matrix), bias(kChannels, 1.0f);
  std::vector<float> y(kSize * kSize * kChannels);
  const WinogradOutputF32Args args = {.m = m.data(),
                                      .m_matrix = matrix,
                                      .y = y.data(),
                                      .h = kSize,
                                      .w = kSize,
                                      .c = kChannels,
                                      .tile = tile,
                                      .tiles_w = kSize / tile,
                                      .first = 0,
                                      .count = kTiles,
                                      .bias = bias.data(),
                                      .residual = nullptr,
                                      .clamp_min = -kInf,
                                      .clamp_max = kInf};
  bench::run_variant(state, kWinogradOutputF32, args, matrices(tile) * kTiles * kChannels);
}
BENCHMARK(winograd_output_f32)->Apply([](auto* b) {
  bench::add_variants(b, kWinogradOutputF32, 2);
});

}  // namespace
}  // namespace linnet
