#include "kernels/layer_norm_f32/layer_norm_f32.h"

#include "runtime/ops/checks.h"
#include "runtime/ops/operand_f32.h"

namespace linnet {
namespace {

struct Params {
  LayerNormF32Fn* kernel;
  size_t rows, n;
  float epsilon;
  OperandF32 x, y;  // s8
};

const float* optional(const RunContext& run, size_t i) {
  return run.inputs.size() > i && run.inputs[i] ? static_cast<const float*>(run.inputs[i]->data)
                                                : nullptr;
}

void normalize(const RunContext& run, const float* x, float* y, size_t rows) {
  const Params& p = *static_cast<const Params*>(run.params);
  p.kernel({.x = x,
            .y = y,
            .rows = rows,
            .n = p.n,
            .gamma = optional(run, 1),
            .beta = optional(run, 2),
            .epsilon = p.epsilon});
}

void run_layer_norm_f32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  run.pool.parallel_for(p.rows, row_chunk(p.n), [&](size_t, size_t begin, size_t end) {
    normalize(run, x + begin * p.n, y + begin * p.n, end - begin);
  });
}

// Scratch: the tensor as f32.
void run_layer_norm_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  float* values = reinterpret_cast<float*>(run.scratch);
  run.pool.parallel_for(p.rows, row_chunk(p.n), [&](size_t, size_t begin, size_t end) {
    widen_f32(p.x, *run.inputs[0], begin * p.n, end * p.n, values);
    normalize(run, values + begin * p.n, values + begin * p.n, end - begin);
    narrow_s8(p.y, values, begin * p.n, end * p.n, *run.outputs[0]);
  });
}

Status check_vector(const PlanContext& ctx, const Tensor* vector, int32_t n) {
  if (!vector) return {};
  LINNET_TRY(ctx.expect_dtype(*vector, {LINNET_F32}));
  if (vector->shape.elements() == n) return {};
  return ctx.error("'%s' must hold %d values", vector->name, static_cast<int>(n));
}

}  // namespace

// x […, n] (f32, or s8 through f32), gamma [n] and beta [n] f32, both optional.
Status plan_layer_norm(PlanContext& ctx) {
  const fb::LayerNormOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 3));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  if (x.shape.rank() == 0) return ctx.error("'%s' has no dimension", x.name);
  if (!(options->epsilon() >= 0.0f)) return ctx.error("epsilon is below 0");
  LINNET_TRY(check_vector(ctx, ctx.input(1), x.shape.back()));
  LINNET_TRY(check_vector(ctx, ctx.input(2), x.shape.back()));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  Params p{};
  p.n = static_cast<size_t>(x.shape.back());
  p.rows = p.n == 0 ? 0 : element_count(x) / p.n;
  p.epsilon = options->epsilon();
  const char* label = "";
  p.kernel = pick_kernel(ctx, kLayerNormF32, &label);
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
  ctx.set_run(x.dtype == LINNET_F32 ? run_layer_norm_f32 : run_layer_norm_s8, params, label);
  return {};
}

}  // namespace linnet
