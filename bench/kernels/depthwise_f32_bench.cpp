#include "kernels/depthwise_f32/depthwise_f32.h"

#include <benchmark/benchmark.h>

#include <limits>
#include <vector>

#include "bench/kernels/depthwise_shapes.h"

namespace linnet {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

void depthwise_f32(benchmark::State& state) {
  const bench::DepthwiseShape shape(state);
  const auto& variant = kDepthwiseF32.variants[state.range(0)];
  const std::vector<float> x(shape.size * shape.size * shape.c, 0.5f), bias(shape.c, 1.0f),
      weights(shape.kernel * shape.kernel * shape.c, 0.25f);
  std::vector<float> y(shape.out * shape.out * shape.c);
  DepthwiseF32Args args{};
  shape.set(&args);
  args.x = x.data();
  args.weights = weights.data();
  args.bias = bias.data();
  args.y = y.data();
  args.clamp_min = -kInf;
  args.clamp_max = kInf;
  for (auto _ : state) variant.run(args);
  shape.report(state, variant.isa);
}
BENCHMARK(depthwise_f32)->Apply([](auto* b) { bench::add_depthwise_shapes(b, kDepthwiseF32); });

}  // namespace
}  // namespace linnet
