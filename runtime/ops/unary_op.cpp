#include "runtime/ops/unary_op.h"

#include "kernels/lut_s8/lut_s8.h"
#include "kernels/quantize_f32_s8/quantize_f32_s8.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct ParamsF32 {
  UnaryF32Fn* kernel;
  UnaryF32 function;
  float alpha, beta;
};

void run_unary_f32(const RunContext& run) {
  const ParamsF32& p = *static_cast<const ParamsF32*>(run.params);
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  run.pool.parallel_for(element_count(*run.outputs[0]), kElementChunk,
                        [&](size_t, size_t begin, size_t end) {
                          p.kernel({.function = p.function,
                                    .x = x + begin,
                                    .y = y + begin,
                                    .count = end - begin,
                                    .alpha = p.alpha,
                                    .beta = p.beta});
                        });
}

struct ParamsS8 {
  LutS8Fn* kernel;
  int8_t table[256];
};

void run_unary_s8(const RunContext& run) {
  const ParamsS8& p = *static_cast<const ParamsS8*>(run.params);
  const int8_t* x = static_cast<const int8_t*>(run.inputs[0]->data);
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data);
  run.pool.parallel_for(
      element_count(*run.outputs[0]), kElementChunk, [&](size_t, size_t begin, size_t end) {
        p.kernel({.x = x + begin, .y = y + begin, .count = end - begin, .table = p.table});
      });
}

void fill_table(UnaryF32 function, float alpha, float beta, const Affine& x, const Affine& y,
                int8_t* table) {
  float values[256];
  for (int i = 0; i < 256; ++i) values[i] = x.scale * static_cast<float>(i - 128 - x.zero_point);
  unary_f32_scalar(
      {.function = function, .x = values, .y = values, .count = 256, .alpha = alpha, .beta = beta});
  quantize_f32_s8_scalar(
      {.x = values, .y = table, .count = 256, .scale = y.scale, .zero_point = y.zero_point});
}

}  // namespace

Status plan_unary(PlanContext& ctx, UnaryF32 function, float alpha, float beta) {
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor& x = *ctx.input(0);
  const Tensor& y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  ctx.reuse_input(0, 0);
  const char* label = "";
  if (x.dtype == LINNET_F32) {
    UnaryF32Fn* kernel = pick_kernel(ctx, kUnaryF32, &label);
    const ParamsF32* params = keep_params(ctx, ParamsF32{kernel, function, alpha, beta});
    if (!params) return ctx.out_of_memory();
    ctx.set_run(run_unary_f32, params, label);
    return {};
  }
  Affine from, to;
  LINNET_TRY(activation_quantization(ctx, x, &from));
  LINNET_TRY(activation_quantization(ctx, y, &to));
  ParamsS8* params = ctx.allocate<ParamsS8>(1);
  if (!params) return ctx.out_of_memory();
  params->kernel = pick_kernel(ctx, kLutS8, &label);
  fill_table(function, alpha, beta, from, to, params->table);
  ctx.set_run(run_unary_s8, params, label, "256 results tabled while planning");
  return {};
}

}  // namespace linnet
