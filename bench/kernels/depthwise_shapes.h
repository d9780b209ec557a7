#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// The depthwise layers of MobileNetV1/V2 (3x3) and some 5x5 of EfficientNet; one thread, GMAC/s.

namespace linnet::bench {

inline constexpr int64_t kDepthwiseShapes[][4] = {  // size, c, kernel, stride
    {112, 32, 3, 1}, {112, 64, 3, 2}, {112, 96, 3, 2}, {56, 128, 3, 1}, {56, 128, 3, 2},
    {56, 144, 3, 1}, {56, 144, 3, 2}, {28, 192, 3, 1}, {28, 192, 3, 2}, {28, 256, 3, 1},
    {28, 256, 3, 2}, {14, 384, 3, 1}, {14, 512, 3, 1}, {14, 512, 3, 2}, {14, 576, 3, 1},
    {14, 576, 3, 2}, {7, 960, 3, 1},  {7, 1024, 3, 1}, {28, 240, 5, 1}, {14, 672, 5, 1},
    {14, 672, 5, 2}};

template <typename Family>
void add_depthwise_shapes(benchmark::internal::Benchmark* bench, const Family& family) {
  bench->ArgNames({"variant", "size", "c", "kernel", "stride"})->Unit(benchmark::kMicrosecond);
  for (size_t v = 0; v < family.count; ++v) {
    if (!detect_isa().has(family.variants[v].isa) || family.variants[v].isa == Isa::scalar)
      continue;
    for (const auto& s : kDepthwiseShapes)
      bench->Args({static_cast<int64_t>(v), s[0], s[1], s[2], s[3]});
  }
}

struct DepthwiseShape {
  explicit DepthwiseShape(const benchmark::State& state)
      : size(static_cast<size_t>(state.range(1))),
        c(static_cast<size_t>(state.range(2))),
        kernel(static_cast<size_t>(state.range(3))),
        stride(static_cast<size_t>(state.range(4))),
        out((size + stride - 1) / stride) {}
  size_t size, c, kernel, stride, out;

  template <typename Args>
  void set(Args* args) const {
    args->x_row = size * c;
    args->x_pixel = args->y_pixel = args->c = c;
    args->y_row = out * c;
    args->h = args->w = size;
    args->row_begin = 0;
    args->row_end = args->out_w = out;
    args->kernel_h = args->kernel_w = kernel;
    args->stride_h = args->stride_w = stride;
    args->dilation_h = args->dilation_w = 1;
    args->pad_top = args->pad_left = (kernel - stride) / 2;
  }

  void report(benchmark::State& state, Isa isa) const {
    state.SetLabel(isa_name(isa));
    state.counters["GMAC/s"] =
        benchmark::Counter(static_cast<double>(out * out * c * kernel * kernel) * 1e-9,
                           benchmark::Counter::kIsIterationInvariantRate);
  }
};

}  // namespace linnet::bench
