#include <cfloat>

#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"
#include "runtime/ops/axis_split.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  DequantizeS8F32Fn* kernel;
  size_t channels, inner;
  const float* scale;
  const int32_t* zero_point;  // null: all 0
  float table[256];           // u8
};

void run_dequantize_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const int8_t* x = static_cast<const int8_t*>(run.inputs[0]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  const size_t count = element_count(*run.outputs[0]), row = p.channels * p.inner;
  if (count == 0) return;
  if (p.channels == 1) {
    run.pool.parallel_for(count, kElementChunk, [&](size_t, size_t begin, size_t end) {
      p.kernel({.x = x + begin,
                .y = y + begin,
                .outer = 1,
                .channels = 1,
                .inner = end - begin,
                .scale = p.scale,
                .zero_point = p.zero_point});
    });
    return;
  }
  run.pool.parallel_for(count / row, row_chunk(row), [&](size_t, size_t begin, size_t end) {
    p.kernel({.x = x + begin * row,
              .y = y + begin * row,
              .outer = end - begin,
              .channels = p.channels,
              .inner = p.inner,
              .scale = p.scale,
              .zero_point = p.zero_point});
  });
}

void run_dequantize_u8(const RunContext& run) {
  const float* table = static_cast<const Params*>(run.params)->table;
  const uint8_t* x = static_cast<const uint8_t*>(run.inputs[0]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  run.pool.parallel_for(element_count(*run.outputs[0]), kElementChunk,
                        [&](size_t, size_t begin, size_t end) {
                          for (size_t i = begin; i < end; ++i) y[i] = table[x[i]];
                        });
}

// Biases and accumulators: no zero point.
void run_dequantize_s32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const int32_t* x = static_cast<const int32_t*>(run.inputs[0]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  const size_t count = element_count(*run.outputs[0]);
  for (size_t i = 0; i < count; ++i) {
    y[i] = p.scale[i / p.inner % p.channels] * static_cast<float>(x[i]);
  }
}

Status check_zero_points(const PlanContext& ctx, const Tensor& x) {
  const int32_t low = x.dtype == LINNET_S8 ? -128 : 0, high = x.dtype == LINNET_S8 ? 127 : 0;
  for (const int32_t zero : x.quantization.zero_point) {
    if (zero < low || zero > high) return ctx.error("a zero point of '%s' is bad", x.name);
  }
  return {};
}

Status plan_scales(const PlanContext& ctx, const Tensor& x, Params* p) {
  const Quantization& q = x.quantization;
  AxisSplit split{};  // per tensor
  if (q.axis >= 0) {
    int axis = 0;
    LINNET_TRY(ctx.normalize_axis(q.axis, x.shape.rank(), &axis));
    split = split_at(x.shape, axis);
  } else {
    split.inner = element_count(x);
  }
  if (q.scale.size() != split.axis || q.block != 0 ||
      (!q.zero_point.empty() && q.zero_point.size() != split.axis)) {
    return ctx.error("the quantization of '%s' does not fit its shape", x.name);
  }
  for (const float scale : q.scale) {
    if (!(scale >= FLT_MIN && scale <= FLT_MAX)) return ctx.error("a scale of '%s' is bad", x.name);
  }
  p->channels = split.axis;
  p->inner = split.inner;
  p->scale = q.scale.data();
  p->zero_point = q.zero_point.empty() ? nullptr : q.zero_point.data();
  return check_zero_points(ctx, x);
}

}  // namespace

// s8 and s32 (per tensor or per index of an axis) or u8 (per tensor) -> f32, with the input's
// quantization.
Status plan_dequantize(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_S8, LINNET_U8, LINNET_S32}));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_F32}));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  Params* p = ctx.allocate<Params>(1);
  if (!p) return ctx.out_of_memory();
  if (x.dtype == LINNET_U8) {
    Affine from;
    LINNET_TRY(activation_quantization(ctx, x, &from));
    for (int i = 0; i < 256; ++i) {
      p->table[i] = from.scale * static_cast<float>(i - from.zero_point);
    }
    ctx.set_run(run_dequantize_u8, p, "table");
    return {};
  }
  LINNET_TRY(plan_scales(ctx, x, p));
  const char* label = "dequantize s32";
  if (x.dtype == LINNET_S8) p->kernel = pick_kernel(ctx, kDequantizeS8F32, &label);
  ctx.set_run(x.dtype == LINNET_S8 ? run_dequantize_s8 : run_dequantize_s32, p, label);
  return {};
}

}  // namespace linnet
