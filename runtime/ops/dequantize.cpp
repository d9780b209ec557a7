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

Status plan_per_axis(const PlanContext& ctx, const Tensor& x, Params* p) {
  const Quantization& q = x.quantization;
  int axis = 0;
  LINNET_TRY(ctx.normalize_axis(q.axis, x.shape.rank(), &axis));
  const AxisSplit split = split_at(x.shape, axis);
  if (q.scale.size() != split.axis || q.block != 0 ||
      (!q.zero_point.empty() && q.zero_point.size() != split.axis)) {
    return ctx.error("the quantization of '%s' does not fit its axis %d", x.name, axis);
  }
  for (const float scale : q.scale) {
    if (!(scale >= FLT_MIN && scale <= FLT_MAX)) return ctx.error("a scale of '%s' is bad", x.name);
  }
  for (const int32_t zero : q.zero_point) {
    if (zero < -128 || zero > 127) return ctx.error("a zero point of '%s' is bad", x.name);
  }
  p->channels = split.axis;
  p->inner = split.inner;
  p->scale = q.scale.data();
  p->zero_point = q.zero_point.empty() ? nullptr : q.zero_point.data();
  return {};
}

}  // namespace

// s8 (per tensor or per index of an axis) or u8 (per tensor) -> f32, with the input's quantization.
Status plan_dequantize(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_S8, LINNET_U8}));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_F32}));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  Params* p = ctx.allocate<Params>(1);
  if (!p) return ctx.out_of_memory();
  const char* label = "table";
  if (x.dtype == LINNET_S8 && x.quantization.axis >= 0) {
    LINNET_TRY(plan_per_axis(ctx, x, p));
    p->kernel = pick_kernel(ctx, kDequantizeS8F32, &label);
    ctx.set_run(run_dequantize_s8, p, label);
    return {};
  }
  Affine from;
  LINNET_TRY(activation_quantization(ctx, x, &from));
  if (x.dtype == LINNET_U8) {
    for (int i = 0; i < 256; ++i)
      p->table[i] = from.scale * static_cast<float>(i - from.zero_point);
    ctx.set_run(run_dequantize_u8, p, label);
    return {};
  }
  p->channels = 1;
  p->scale = x.quantization.scale.data();
  p->zero_point = x.quantization.zero_point.empty() ? nullptr : x.quantization.zero_point.data();
  p->kernel = pick_kernel(ctx, kDequantizeS8F32, &label);
  ctx.set_run(run_dequantize_s8, p, label);
  return {};
}

}  // namespace linnet
