#include "kernels/depthwise_s8/depthwise_s8.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/kernels/depthwise_shapes.h"

namespace linnet {
namespace {

void depthwise_s8(benchmark::State& state) {
  const bench::DepthwiseShape shape(state);
  const auto& variant = kDepthwiseS8.variants[state.range(0)];
  const std::vector<int8_t> x(shape.size * shape.size * shape.c, 5),
      weights(shape.kernel * shape.kernel * shape.c, -7);
  const std::vector<int32_t> bias(shape.c, 100);
  const std::vector<float> scale(shape.c, 0.01f);
  std::vector<int8_t> y(shape.out * shape.out * shape.c);
  struct alignas(64) Line {
    uint8_t bytes[64];
  };
  const size_t bytes = depthwise_s8_prepared_bytes(shape.c, shape.kernel, shape.kernel);
  std::vector<Line> prepared(bytes / 64 + 1);
  kDepthwiseS8Prepare.variants[state.range(0)].run(
      {weights.data(), bias.data(), scale.data(), shape.c, shape.kernel, shape.kernel, 3},
      prepared.data());
  DepthwiseS8Args args{};
  shape.set(&args);
  args.x = x.data();
  args.prepared = prepared.data();
  args.y = y.data();
  args.x_zero = 3;
  args.y_zero = -2;
  args.clamp_min = -128;
  args.clamp_max = 127;
  for (auto _ : state) variant.run(args);
  shape.report(state, variant.isa);
}
BENCHMARK(depthwise_s8)->Apply([](auto* b) { bench::add_depthwise_shapes(b, kDepthwiseS8); });

}  // namespace
}  // namespace linnet
