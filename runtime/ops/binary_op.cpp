#include "runtime/ops/binary_op.h"

#include <limits>

#include "kernels/binary_s32/binary_s32.h"
#include "kernels/binary_s8/binary_s8.h"
#include "runtime/ops/broadcast.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/operand_f32.h"

namespace linnet {
namespace {

struct Params {
  BroadcastPlan plan;
  BinaryF32 op;
  BinaryF32Fn* f32;
  float lo, hi;
  BinaryS32Fn* s32;
  BinaryS8Fn* s8;
  BinaryS8 op_s8;
  Affine a, b, y;
  float multiplier_a, multiplier_b;
  ClampS8 clamp;
  OperandF32 wide[3];  // a, b, y
};

template <typename T>
T* data(const Tensor& tensor) {
  return static_cast<T*>(tensor.data);
}

void compute_f32(const Params& p, const ThreadPool& pool, const float* a, const float* b,
                 float* y) {
  for_broadcast(pool, p.plan, [&](const BroadcastPiece& piece) {
    p.f32({.op = p.op,
           .a = a + piece.a_offset,
           .b = b + piece.b_offset,
           .y = y + piece.y_offset,
           .shape = piece.shape,
           .lo = p.lo,
           .hi = p.hi});
  });
}

void run_binary_f32(const RunContext& run) {
  compute_f32(*static_cast<const Params*>(run.params), run.pool, data<float>(*run.inputs[0]),
              data<float>(*run.inputs[1]), data<float>(*run.outputs[0]));
}

void run_binary_s32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for_broadcast(run.pool, p.plan, [&](const BroadcastPiece& piece) {
    p.s32({.op = static_cast<BinaryS32>(p.op),
           .a = data<int32_t>(*run.inputs[0]) + piece.a_offset,
           .b = data<int32_t>(*run.inputs[1]) + piece.b_offset,
           .y = data<int32_t>(*run.outputs[0]) + piece.y_offset,
           .shape = piece.shape});
  });
}

void run_binary_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for_broadcast(run.pool, p.plan, [&](const BroadcastPiece& piece) {
    p.s8({.op = p.op_s8,
          .a = data<int8_t>(*run.inputs[0]) + piece.a_offset,
          .b = data<int8_t>(*run.inputs[1]) + piece.b_offset,
          .y = data<int8_t>(*run.outputs[0]) + piece.y_offset,
          .shape = piece.shape,
          .zero_point_a = p.a.zero_point,
          .zero_point_b = p.b.zero_point,
          .zero_point_y = p.y.zero_point,
          .multiplier_a = p.multiplier_a,
          .multiplier_b = p.multiplier_b,
          .clamp_min = static_cast<int8_t>(p.clamp.min),
          .clamp_max = static_cast<int8_t>(p.clamp.max)});
  });
}

void widen(const RunContext& run, const OperandF32& operand, const Tensor& tensor, float* out) {
  run.pool.parallel_for(
      element_count(tensor), kElementChunk,
      [&](size_t, size_t begin, size_t end) { widen_f32(operand, tensor, begin, end, out); });
}

// Scratch: a, b and y as f32.
void run_binary_wide(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const Tensor& y_tensor = *run.outputs[0];
  float* a = reinterpret_cast<float*>(run.scratch);
  float* b = a + element_count(*run.inputs[0]);
  float* y = b + element_count(*run.inputs[1]);
  widen(run, p.wide[0], *run.inputs[0], a);
  widen(run, p.wide[1], *run.inputs[1], b);
  compute_f32(p, run.pool, a, b, y);
  run.pool.parallel_for(
      element_count(y_tensor), kElementChunk,
      [&](size_t, size_t begin, size_t end) { narrow_s8(p.wide[2], y, begin, end, y_tensor); });
}

// Elements of f32 scratch for all three tensors, or an error.
Status need_wide_scratch(PlanContext& ctx, size_t y_elements) {
  // Each count passed the session's byte limits, so the sum cannot wrap.
  const size_t elements = element_count(*ctx.input(0)) + element_count(*ctx.input(1)) + y_elements;
  size_t bytes = 0;
  if (!checked_product({elements, sizeof(float)}, &bytes)) return ctx.out_of_memory();
  ctx.need_scratch(bytes);
  return {};
}

Status plan_s8(PlanContext& ctx, BinaryF32 op, Params* p, const char** label, RunFn* run) {
  const Tensor &a = *ctx.input(0), &b = *ctx.input(1), &y = ctx.output(0);
  if (op != BinaryF32::add && op != BinaryF32::sub && op != BinaryF32::mul) {
    LINNET_TRY(plan_operand_f32(ctx, a, &p->wide[0]));
    LINNET_TRY(plan_operand_f32(ctx, b, &p->wide[1]));
    LINNET_TRY(plan_operand_f32(ctx, y, &p->wide[2]));
    LINNET_TRY(need_wide_scratch(ctx, element_count(y)));
    p->f32 = pick_kernel(ctx, kBinaryF32, label);
    *run = run_binary_wide;
    return {};
  }
  LINNET_TRY(activation_quantization(ctx, a, &p->a));
  LINNET_TRY(activation_quantization(ctx, b, &p->b));
  LINNET_TRY(activation_quantization(ctx, y, &p->y));
  const double sa = static_cast<double>(p->a.scale), sb = static_cast<double>(p->b.scale),
               sy = static_cast<double>(p->y.scale);
  const bool product = op == BinaryF32::mul;
  LINNET_TRY(expect_ratio(ctx, product ? sa * sb / sy : sa / sy, &p->multiplier_a));
  LINNET_TRY(expect_ratio(ctx, sb / sy, &p->multiplier_b));
  p->op_s8 = static_cast<BinaryS8>(op);
  p->clamp = quantize_clamp(p->lo, p->hi, p->y);
  p->s8 = pick_kernel(ctx, kBinaryS8, label);
  *run = run_binary_s8;
  return {};
}

static_assert(static_cast<int>(BinaryF32::mul) == static_cast<int>(BinaryS8::mul) &&
              static_cast<int>(BinaryF32::maximum) == static_cast<int>(BinaryS32::maximum));

Status plan_s32(PlanContext& ctx, BinaryF32 op, Params* p, const char** label) {
  if (op == BinaryF32::pow) return ctx.unsupported("pow needs f32 or s8 tensors");
  if (p->lo > -std::numeric_limits<float>::max() || p->hi < std::numeric_limits<float>::max()) {
    return ctx.unsupported("a clamp of s32 values");
  }
  p->s32 = pick_kernel(ctx, kBinaryS32, label);
  return {};
}

bool same_buffer_size(const Tensor& x, const Shape& out) {
  return x.shape.elements() == out.elements();
}

}  // namespace

Status plan_binary(PlanContext& ctx, BinaryF32 op) {
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Tensor &a = *ctx.input(0), &b = *ctx.input(1), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(a, {LINNET_F32, LINNET_S8, LINNET_S32}));
  LINNET_TRY(ctx.expect_same_dtype(a, b));
  LINNET_TRY(ctx.expect_same_dtype(a, y));
  Params p{};
  p.op = op;
  p.lo = -std::numeric_limits<float>::infinity();
  p.hi = std::numeric_limits<float>::infinity();
  if (const fb::BinaryOptions* options = ctx.node().options_as_BinaryOptions()) {
    p.lo = options->clamp_min();
    p.hi = options->clamp_max();
  }
  LINNET_TRY(expect_range(ctx, p.lo, p.hi));
  Shape out;
  LINNET_TRY(broadcast_shape(ctx, a.shape, b.shape, &out));
  LINNET_TRY(ctx.set_shape(0, out));
  p.plan = plan_broadcast(a.shape, b.shape, out);
  if (same_buffer_size(a, out)) {
    ctx.reuse_input(0, 0);
  } else if (same_buffer_size(b, out)) {
    ctx.reuse_input(0, 1);
  }
  const char* label = "";
  RunFn run = run_binary_f32;
  if (a.dtype == LINNET_F32) {
    p.f32 = pick_kernel(ctx, kBinaryF32, &label);
  } else if (a.dtype == LINNET_S8) {
    LINNET_TRY(plan_s8(ctx, op, &p, &label, &run));
  } else {
    LINNET_TRY(plan_s32(ctx, op, &p, &label));
    run = run_binary_s32;
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run, params, label);
  return {};
}

}  // namespace linnet
