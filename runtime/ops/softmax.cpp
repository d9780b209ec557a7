#include "kernels/softmax_f32/softmax_f32.h"

#include "runtime/ops/axis_split.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/operand_f32.h"
#include "runtime/ops/xnnpack_op.h"

namespace linnet {
namespace {

struct Params {
  SoftmaxF32Fn* kernel;
  size_t outer, n, inner;
  OperandF32 x, y;  // s8
};

void run_softmax_f32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  const size_t row = p.n * p.inner;
  if (row == 0) return;
  run.pool.parallel_for(p.outer, row_chunk(row), [&](size_t, size_t begin, size_t end) {
    p.kernel({.x = x + begin * row,
              .y = y + begin * row,
              .outer = end - begin,
              .n = p.n,
              .inner = p.inner});
  });
}

// Scratch: the tensor as f32.
void run_softmax_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  float* values = reinterpret_cast<float*>(run.scratch);
  const size_t row = p.n * p.inner;
  if (row == 0) return;
  run.pool.parallel_for(p.outer, row_chunk(row), [&](size_t, size_t begin, size_t end) {
    widen_f32(p.x, *run.inputs[0], begin * row, end * row, values);
    float* rows = values + begin * row;
    p.kernel({.x = rows, .y = rows, .outer = end - begin, .n = p.n, .inner = p.inner});
    narrow_s8(p.y, values, begin * row, end * row, *run.outputs[0]);
  });
}

}  // namespace

// f32, or s8 to s8 through f32.
Status plan_softmax(PlanContext& ctx) {
  const fb::AxisOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  int axis = 0;
  LINNET_TRY(ctx.normalize_axis(options->axis(), x.shape.rank(), &axis));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  const AxisSplit split = split_at(x.shape, axis);
  if (split.inner == 1) {
    bool planned = false;
    LINNET_TRY(try_xnnpack_softmax(ctx, split.outer, split.axis, &planned));
    if (planned) return {};
  }
  Params p{};
  p.outer = split.outer;
  p.n = split.axis;
  p.inner = split.inner;
  const char* label = "";
  p.kernel = pick_kernel(ctx, kSoftmaxF32, &label);
  ctx.reuse_input(0, 0);
  if (x.dtype == LINNET_S8) {
    LINNET_TRY(plan_operand_f32(ctx, x, &p.x));
    LINNET_TRY(plan_operand_f32(ctx, y, &p.y));
    size_t bytes = 0;
    if (!checked_product({element_count(x), sizeof(float)}, &bytes)) return ctx.out_of_memory();
    ctx.need_scratch(bytes);
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(x.dtype == LINNET_F32 ? run_softmax_f32 : run_softmax_s8, params, label);
  return {};
}

}  // namespace linnet
