#include "runtime/ops/unary_op.h"

#include <algorithm>
#include <cmath>

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

// abs, neg and clip of s32; −2^31 has no negative and saturates.
void run_unary_s32(const RunContext& run) {
  const ParamsF32& p = *static_cast<const ParamsF32*>(run.params);
  const int32_t* x = static_cast<const int32_t*>(run.inputs[0]->data);
  int32_t* y = static_cast<int32_t*>(run.outputs[0]->data);
  const size_t count = element_count(*run.outputs[0]);
  for (size_t i = 0; i < count; ++i) {
    int64_t value = x[i];
    if (p.function == UnaryF32::clip) {
      // Whole numbers up to 2^31 are exact in double, which holds every float bound.
      const double low = static_cast<double>(p.alpha), high = static_cast<double>(p.beta);
      const double real =
          std::min(std::max(static_cast<double>(value), std::ceil(low)), std::floor(high));
      value = static_cast<int64_t>(std::clamp(real, -0x1p31, 0x1p31));
    } else if (p.function == UnaryF32::neg || value < 0) {
      value = -value;
    }
    y[i] = static_cast<int32_t>(std::clamp<int64_t>(value, INT32_MIN, INT32_MAX));
  }
}

bool has_s32_form(UnaryF32 function) {
  return function == UnaryF32::abs || function == UnaryF32::neg || function == UnaryF32::clip;
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
  if (has_s32_form(function)) {
    LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8, LINNET_S32}));
  } else {
    LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  }
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  ctx.reuse_input(0, 0);
  const char* label = "";
  if (x.dtype != LINNET_S8) {
    UnaryF32Fn* kernel = pick_kernel(ctx, kUnaryF32, &label);
    const ParamsF32* params = keep_params(ctx, ParamsF32{kernel, function, alpha, beta});
    if (!params) return ctx.out_of_memory();
    const bool f32 = x.dtype == LINNET_F32;
    ctx.set_run(f32 ? run_unary_f32 : run_unary_s32, params, f32 ? label : "unary s32");
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
