#include "runtime/ops/pool_op.h"

#include "kernels/pool_f32/pool_f32.h"
#include "kernels/pool_s8/pool_s8.h"
#include "kernels/requantize_s8/requantize_s8.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/window.h"
#include "runtime/ops/xnnpack_op.h"

namespace linnet {
namespace {

struct Params {
  PoolKind kind;
  PoolF32Fn* f32;
  PoolS8Fn* s8;
  RequantizeS8Fn* requantize;  // null: not needed
  PoolWindow window;
  Affine x, y;
  float multiplier;
};

template <typename Body>
void for_rows(const RunContext& run, const Params& p, const Body& body) {
  const size_t rows = static_cast<size_t>(p.window.n * p.window.oh);
  const size_t row = static_cast<size_t>(p.window.ow * p.window.c);
  if (row == 0) return;
  run.pool.parallel_for(rows, row_chunk(row * 4), [&](size_t, size_t begin, size_t end) {
    PoolWindow window = p.window;
    window.row_begin = static_cast<ptrdiff_t>(begin);
    window.row_end = static_cast<ptrdiff_t>(end);
    body(window, begin * row, (end - begin) * row);
  });
}

void run_pool_f32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for_rows(run, p, [&](const PoolWindow& window, size_t, size_t) {
    p.f32({.kind = p.kind,
           .x = static_cast<const float*>(run.inputs[0]->data),
           .y = static_cast<float*>(run.outputs[0]->data),
           .window = window});
  });
}

void run_pool_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data);
  for_rows(run, p, [&](const PoolWindow& window, size_t offset, size_t count) {
    p.s8({.kind = p.kind,
          .x = static_cast<const int8_t*>(run.inputs[0]->data),
          .y = y,
          .window = window,
          .zero_point_in = p.x.zero_point,
          .zero_point_out = p.y.zero_point,
          .multiplier = p.multiplier});
    if (!p.requantize) return;
    p.requantize({.x = y + offset,
                  .y = y + offset,
                  .count = count,
                  .zero_point_in = p.x.zero_point,
                  .zero_point_out = p.y.zero_point,
                  .multiplier = p.multiplier,
                  .clamp_min = -128,
                  .clamp_max = 127});
  });
}

PoolWindow pool_window(const WindowGeometry& g, const Shape& x, bool count_include_pad) {
  const auto size = [](size_t v) { return static_cast<ptrdiff_t>(v); };
  return {.n = x[0],
          .h = x[1],
          .w = x[2],
          .c = x[3],
          .oh = size(g.out_h),
          .ow = size(g.out_w),
          .kernel_h = size(g.kernel_h),
          .kernel_w = size(g.kernel_w),
          .stride_h = size(g.stride_h),
          .stride_w = size(g.stride_w),
          .dilation_h = size(g.dilation_h),
          .dilation_w = size(g.dilation_w),
          .pad_top = size(g.pad_top),
          .pad_left = size(g.pad_left),
          .pad_bottom = size(g.pad_bottom),
          .pad_right = size(g.pad_right),
          .count_include_pad = count_include_pad,
          .row_begin = 0,
          .row_end = 0};
}

Status plan_s8(PlanContext& ctx, PoolKind kind, size_t taps, Params* p, const char** label) {
  LINNET_TRY(activation_quantization(ctx, *ctx.input(0), &p->x));
  LINNET_TRY(activation_quantization(ctx, ctx.output(0), &p->y));
  if (taps > size_t{1} << 23) return ctx.unsupported("a window of more than 2^23 s8 values");
  LINNET_TRY(expect_ratio(ctx, static_cast<double>(p->x.scale) / static_cast<double>(p->y.scale),
                          &p->multiplier));
  const bool same = p->x.scale == p->y.scale && p->x.zero_point == p->y.zero_point;
  if (kind == PoolKind::max && !same) p->requantize = kRequantizeS8.pick(ctx.isa()).run;
  p->s8 = pick_kernel(ctx, kPoolS8, label);
  return {};
}

}  // namespace

Status plan_pool(PlanContext& ctx, PoolKind kind) {
  const fb::Pool2dOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  LINNET_TRY(ctx.expect_rank(x, 4));
  WindowGeometry g{};
  LINNET_TRY(resolve_window(ctx, *options->window(), options->auto_pad(), options->ceil_mode(),
                            x.shape[1], x.shape[2], &g));
  LINNET_TRY(ctx.set_shape(
      0, {x.shape[0], static_cast<int32_t>(g.out_h), static_cast<int32_t>(g.out_w), x.shape[3]}));
  bool planned = false;
  LINNET_TRY(try_xnnpack_pool(ctx, kind, g, options->count_include_pad(), &planned));
  if (planned) return {};
  Params p{};
  p.kind = kind;
  p.window = pool_window(g, x.shape, options->count_include_pad());
  const char* label = "";
  RunFn run = run_pool_f32;
  if (x.dtype == LINNET_S8) {
    LINNET_TRY(plan_s8(ctx, kind, g.taps(), &p, &label));
    run = run_pool_s8;
  } else {
    p.f32 = pick_kernel(ctx, kPoolF32, &label);
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run, params, label);
  return {};
}

}  // namespace linnet
