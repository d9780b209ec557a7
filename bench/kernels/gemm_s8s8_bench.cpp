#include "kernels/gemm_s8s8/gemm_s8s8.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "kernels/pack/pack_panels_s8.h"

namespace linnet {
namespace {

void gemm_s8s8(benchmark::State& state) {
  const bench::GemmShape shape(state);
  const auto& variant = kGemmS8S8.variants[state.range(0)];
  const auto a = bench::random_bytes<int8_t>(shape.m * shape.a_stride(), -128, 127);
  const auto w = bench::random_weights(shape.n, shape.k);
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(shape.n, shape.k)) / 8 + 1);
  if (!pack_panels_s8(w.data(), shape.k, shape.n, shape.k, packed.data())) return;
  const std::vector<int32_t> bias(shape.n, 1000);
  const std::vector<float> scale(shape.n, 1e-4f);
  std::vector<int8_t> c(shape.m * shape.n);
  GemmS8S8Args args;
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.a = a.data();
  args.a_stride = shape.a_stride();
  args.w = reinterpret_cast<const int8_t*>(packed.data());
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k));
  const auto order = bench::make_group_order(variant.isa, args.w, shape);
  args.order = order.empty() ? nullptr : order.data();
  args.order_stride = group_order_bytes(shape.k);
  args.bias = bias.data();
  args.scale = scale.data();
  args.c = c.data();
  args.c_stride = shape.n;
  for (auto _ : state) variant.run(args);
  shape.report(state, variant.isa);
}
BENCHMARK(gemm_s8s8)->Apply([](auto* b) { bench::add_quantized_gemms(b, kGemmS8S8); });

}  // namespace
}  // namespace linnet
