#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/im2col/im2col.h"

// One thread, GB/s of patches written, 128 patches at a time as a convolution takes them.

namespace linnet {
namespace {

constexpr size_t kRows = 128;

void im2col(benchmark::State& state) {
  const auto size = static_cast<size_t>(state.range(0));
  const auto pixel = static_cast<size_t>(state.range(1));
  const auto kernel = static_cast<size_t>(state.range(2));
  const auto stride = static_cast<size_t>(state.range(3));
  const size_t patch = kernel * kernel * pixel;
  const size_t out = (size + stride - 1) / stride;
  const std::vector<uint8_t> x(size * size * pixel, 1);
  std::vector<uint8_t> rows(kRows * patch);
  Im2colArgs args{};
  args.x = x.data();
  args.x_row = size * pixel;
  args.x_pixel = args.pixel_bytes = pixel;
  args.rows = rows.data();
  args.row_stride = patch;
  args.h = args.w = size;
  args.out_w = out;
  args.kernel_h = args.kernel_w = kernel;
  args.stride_h = args.stride_w = stride;
  args.dilation_h = args.dilation_w = 1;
  args.pad_top = args.pad_left = (kernel - stride + 1) / 2;
  auto* const run = kIm2col.pick(detect_isa()).run;
  for (auto _ : state) {
    for (args.first = 0; args.first < out * out; args.first += kRows) {
      args.count = out * out - args.first < kRows ? out * out - args.first : kRows;
      run(args);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out * out * patch));
}
// The first layer in s8 and f32, then 3x3 layers of ResNet-50 in s8 and f32.
BENCHMARK(im2col)
    ->ArgNames({"size", "pixel_bytes", "kernel", "stride"})
    ->Args({224, 3, 3, 2})
    ->Args({224, 12, 3, 2})
    ->Args({224, 3, 7, 2})
    ->Args({56, 64, 3, 1})
    ->Args({56, 256, 3, 1})
    ->Args({14, 256, 3, 1});

}  // namespace
}  // namespace linnet
