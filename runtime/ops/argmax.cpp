#include "kernels/argmax_f32/argmax_f32.h"
#include "kernels/argmax_s8/argmax_s8.h"
#include "runtime/ops/axis_split.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/reduce_op.h"

namespace linnet {
namespace {

struct Params {
  ArgmaxF32Fn* f32;
  ArgmaxS8Fn* s8;
  size_t outer, reduce, inner;
  bool select_last;
};

void run_argmax(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  int32_t* y = static_cast<int32_t*>(run.outputs[0]->data);
  if (p.inner == 0) return;
  const size_t row = p.reduce * p.inner;
  run.pool.parallel_for(p.outer, row_chunk(row), [&](size_t, size_t begin, size_t end) {
    if (p.f32) {
      p.f32({.x = static_cast<const float*>(run.inputs[0]->data) + begin * row,
             .y = y + begin * p.inner,
             .outer = end - begin,
             .reduce = p.reduce,
             .inner = p.inner,
             .select_last = p.select_last});
    } else {
      p.s8({.x = static_cast<const int8_t*>(run.inputs[0]->data) + begin * row,
            .y = y + begin * p.inner,
            .outer = end - begin,
            .reduce = p.reduce,
            .inner = p.inner,
            .select_last = p.select_last});
    }
  });
}

}  // namespace

// Index (s32) of the largest value along `axis`; f32 or s8.
Status plan_argmax(PlanContext& ctx) {
  const fb::ArgmaxOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_S32}));
  int axis = 0;
  LINNET_TRY(ctx.normalize_axis(options->axis(), x.shape.rank(), &axis));
  LINNET_TRY(ctx.set_shape(0, reduced_shape(x.shape, 1u << axis, options->keep_dims())));
  if (x.shape[axis] == 0) return ctx.error("dimension %d of '%s' is empty", axis, x.name);
  const AxisSplit split = split_at(x.shape, axis);
  Params p{.f32 = nullptr,
           .s8 = nullptr,
           .outer = split.outer,
           .reduce = split.axis,
           .inner = split.inner,
           .select_last = options->select_last()};
  const char* label = "";
  if (x.dtype == LINNET_F32) {
    p.f32 = pick_kernel(ctx, kArgmaxF32, &label);
  } else {
    p.s8 = pick_kernel(ctx, kArgmaxS8, &label);
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_argmax, params, label);
  return {};
}

}  // namespace linnet
