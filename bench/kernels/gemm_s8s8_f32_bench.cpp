#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

#include <benchmark/benchmark.h>

#include <limits>
#include <vector>

#include "bench/kernels/gemm_quantized_shapes.h"
#include "kernels/pack/pack_panels_s8.h"

namespace linnet {
namespace {

void gemm_s8s8_f32(benchmark::State& state) {
  const bench::GemmShape shape(state);
  const auto& variant = kGemmS8S8F32.variants[state.range(0)];
  const auto a = bench::random_bytes<int8_t>(shape.m * shape.a_stride(), -128, 127);
  const auto w = bench::random_weights(shape.n, shape.k);
  std::vector<uint64_t> packed(static_cast<size_t>(panels_size_s8(shape.n, shape.k)) / 8 + 1);
  if (!pack_panels_s8(w.data(), shape.k, shape.n, shape.k, packed.data())) return;
  const std::vector<float> a_scale(shape.m, 0.01f), w_scale(shape.n, 1e-3f), bias(shape.n, 1.0f);
  const std::vector<int32_t> zero_point(shape.m, 3);
  std::vector<float> c(shape.m * shape.n);
  GemmS8S8F32Args args;
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.a = a.data();
  args.a_stride = shape.a_stride();
  args.a_scale = a_scale.data();
  args.a_zero_point = zero_point.data();
  args.w = reinterpret_cast<const int8_t*>(packed.data());
  args.w_panel_stride = static_cast<size_t>(panel_bytes_s8(shape.k));
  const auto order = bench::make_group_order(variant.isa, args.w, shape);
  args.order = order.empty() ? nullptr : order.data();
  args.order_stride = group_order_bytes(shape.k);
  args.row_sums = reinterpret_cast<const int32_t*>(
      args.w + static_cast<size_t>(panel_row_sums_offset_s8(shape.n, shape.k)));
  args.w_scale = w_scale.data();
  args.bias = bias.data();
  args.clamp_min = -std::numeric_limits<float>::infinity();
  args.clamp_max = std::numeric_limits<float>::infinity();
  args.c = c.data();
  args.c_stride = shape.n;
  for (auto _ : state) variant.run(args);
  shape.report(state, variant.isa);
}
BENCHMARK(gemm_s8s8_f32)->Apply([](auto* b) { bench::add_quantized_gemms(b, kGemmS8S8F32); });

}  // namespace
}  // namespace linnet
