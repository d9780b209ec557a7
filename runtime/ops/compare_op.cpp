#include "kernels/compare_s32/compare_s32.h"
#include "runtime/ops/binary_op.h"
#include "runtime/ops/broadcast.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/operand_f32.h"

namespace linnet {
namespace {

struct Params {
  BroadcastPlan plan;
  CompareOp op;
  CompareF32Fn* f32;
  CompareS32Fn* s32;
  OperandF32 wide[2];
};

void compute_f32(const RunContext& run, const Params& p, const float* a, const float* b) {
  uint8_t* y = static_cast<uint8_t*>(run.outputs[0]->data);
  for_broadcast(run.pool, p.plan, [&](const BroadcastPiece& piece) {
    p.f32({.op = p.op,
           .a = a + piece.a_offset,
           .b = b + piece.b_offset,
           .y = y + piece.y_offset,
           .shape = piece.shape});
  });
}

void run_compare_f32(const RunContext& run) {
  compute_f32(run, *static_cast<const Params*>(run.params),
              static_cast<const float*>(run.inputs[0]->data),
              static_cast<const float*>(run.inputs[1]->data));
}

void run_compare_s32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for_broadcast(run.pool, p.plan, [&](const BroadcastPiece& piece) {
    p.s32({.op = p.op,
           .a = static_cast<const int32_t*>(run.inputs[0]->data) + piece.a_offset,
           .b = static_cast<const int32_t*>(run.inputs[1]->data) + piece.b_offset,
           .y = static_cast<uint8_t*>(run.outputs[0]->data) + piece.y_offset,
           .shape = piece.shape});
  });
}

// Scratch: a and b as f32.
void run_compare_wide(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  float* a = reinterpret_cast<float*>(run.scratch);
  float* b = a + element_count(*run.inputs[0]);
  widen_f32(p.wide[0], *run.inputs[0], 0, element_count(*run.inputs[0]), a);
  widen_f32(p.wide[1], *run.inputs[1], 0, element_count(*run.inputs[1]), b);
  compute_f32(run, p, a, b);
}

}  // namespace

Status plan_compare(PlanContext& ctx, CompareOp op) {
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Tensor &a = *ctx.input(0), &b = *ctx.input(1);
  LINNET_TRY(ctx.expect_dtype(a, {LINNET_F32, LINNET_S32, LINNET_S8, LINNET_U8, LINNET_BOOL}));
  LINNET_TRY(ctx.expect_same_dtype(a, b));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_BOOL}));
  Shape out;
  LINNET_TRY(broadcast_shape(ctx, a.shape, b.shape, &out));
  LINNET_TRY(ctx.set_shape(0, out));
  Params p{};
  p.plan = plan_broadcast(a.shape, b.shape, out);
  p.op = op;
  const char* label = "";
  RunFn run = run_compare_f32;
  if (a.dtype == LINNET_S32) {
    p.s32 = pick_kernel(ctx, kCompareS32, &label);
    run = run_compare_s32;
  } else {
    p.f32 = pick_kernel(ctx, kCompareF32, &label);
  }
  if (dtype_size(a.dtype) == 1) {
    LINNET_TRY(plan_operand_f32(ctx, a, &p.wide[0]));
    LINNET_TRY(plan_operand_f32(ctx, b, &p.wide[1]));
    size_t bytes = 0;
    if (!checked_product({element_count(a) + element_count(b), sizeof(float)}, &bytes)) {
      return ctx.out_of_memory();
    }
    ctx.need_scratch(bytes);
    run = run_compare_wide;
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run, params, label);
  return {};
}

}  // namespace linnet
