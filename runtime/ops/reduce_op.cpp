#include "runtime/ops/reduce_op.h"

#include <algorithm>

#include "kernels/copy_nd/copy_nd.h"
#include "kernels/reduce_s8/reduce_s8.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {
namespace {

struct Params {
  ReduceOp op;
  ReduceF32Fn* f32;
  ReduceS8Fn* s8;
  size_t outer, reduce, inner;
  int32_t zero_point_in, zero_point_out;
  float multiplier;
  // Where the reduced dimensions do not lie together: the input is first brought into scratch as
  // [outer][reduce].
  bool gather;
  CopyNdFn* copy;
  CopyNdArgs copy_args;
};

const void* gathered_input(const RunContext& run, const Params& p) {
  if (!p.gather) return run.inputs[0]->data;
  CopyNdArgs args = p.copy_args;
  args.x = run.inputs[0]->data;
  args.y = run.scratch;
  run_copy(run.pool, p.copy, args);
  return run.scratch;
}

// Threads take rows of `outer`, or where there is one, ranges of `inner`.
template <typename Body>
void for_parts(const RunContext& run, const Params& p, const Body& body) {
  if (p.outer == 0 || p.inner == 0) return;
  if (p.outer > 1) {
    run.pool.parallel_for(
        p.outer, row_chunk(p.reduce * p.inner),
        [&](size_t, size_t begin, size_t end) { body(begin, end - begin, 0, p.inner); });
  } else {
    const size_t chunk = std::max<size_t>(64, row_chunk(p.reduce) / 64 * 64);
    run.pool.parallel_for(p.inner, chunk,
                          [&](size_t, size_t begin, size_t end) { body(0, 1, begin, end); });
  }
}

void run_reduce_f32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const float* x = static_cast<const float*>(gathered_input(run, p));
  float* y = static_cast<float*>(run.outputs[0]->data);
  for_parts(run, p, [&](size_t first, size_t outer, size_t begin, size_t end) {
    p.f32({.op = p.op,
           .x = x + first * p.reduce * p.inner,
           .y = y + first * p.inner,
           .outer = outer,
           .reduce = p.reduce,
           .inner = p.inner,
           .inner_begin = begin,
           .inner_end = end});
  });
}

void run_reduce_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const int8_t* x = static_cast<const int8_t*>(gathered_input(run, p));
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data);
  for_parts(run, p, [&](size_t first, size_t outer, size_t begin, size_t end) {
    p.s8({.op = p.op,
          .x = x + first * p.reduce * p.inner,
          .y = y + first * p.inner,
          .outer = outer,
          .reduce = p.reduce,
          .inner = p.inner,
          .inner_begin = begin,
          .inner_end = end,
          .zero_point_in = p.zero_point_in,
          .zero_point_out = p.zero_point_out,
          .multiplier = p.multiplier});
  });
}

int32_t reduce_s32(ReduceOp op, const int32_t* x, size_t count, size_t stride) {
  int64_t value = op == ReduceOp::max ? INT32_MIN : op == ReduceOp::min ? INT32_MAX : 0;
  for (size_t i = 0; i < count; ++i) {
    const int64_t v = x[i * stride];
    value = op == ReduceOp::max   ? std::max(value, v)
            : op == ReduceOp::min ? std::min(value, v)
                                  : value + v;
  }
  if (op == ReduceOp::mean) value /= static_cast<int64_t>(count);
  return static_cast<int32_t>(value);
}

void run_reduce_s32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const int32_t* x = static_cast<const int32_t*>(gathered_input(run, p));
  int32_t* y = static_cast<int32_t*>(run.outputs[0]->data);
  for (size_t o = 0; o < p.outer; ++o) {
    for (size_t i = 0; i < p.inner; ++i) {
      y[o * p.inner + i] = reduce_s32(p.op, x + o * p.reduce * p.inner + i, p.reduce, p.inner);
    }
  }
}

// Sets outer, reduce and inner, and the gathering copy where the axes are not neighbours.
Status plan_layout(PlanContext& ctx, uint32_t set, Params* p) {
  const Tensor& x = *ctx.input(0);
  const int rank = x.shape.rank();
  int first = rank, last = -1;
  for (int i = 0; i < rank; ++i) {
    if (!(set >> i & 1) || x.shape[i] == 1) continue;
    first = std::min(first, i);
    last = i;
  }
  if (last < 0) first = rank, last = rank - 1;  // nothing is really reduced
  p->outer = p->reduce = p->inner = 1;
  for (int i = 0; i < rank; ++i) {
    const size_t d = static_cast<size_t>(x.shape[i]);
    const bool reduced = set >> i & 1;
    if (reduced) p->reduce *= d;
    if (!reduced && i < first) p->outer *= d;
    if (!reduced && i > last) p->inner *= d;
    if (!reduced && i > first && i < last && d != 1) p->gather = true;
  }
  if (!p->gather) return {};
  p->inner = 1;
  p->outer = 1;
  ptrdiff_t stride[kMaxRank];
  contiguous_strides(x.shape, stride);
  CopyNdArgs& copy = p->copy_args;
  copy.element_size = dtype_size(x.dtype);
  copy.rank = rank;
  int at = 0;
  for (const bool reduced : {false, true}) {
    for (int i = 0; i < rank; ++i) {
      if (static_cast<bool>(set >> i & 1) != reduced) continue;
      copy.shape[at] = static_cast<size_t>(x.shape[i]);
      copy.x_stride[at++] = stride[i];
      if (!reduced) p->outer *= static_cast<size_t>(x.shape[i]);
    }
  }
  p->copy = kCopyNd.pick(ctx.isa()).run;
  ctx.need_scratch(element_count(x) * copy.element_size);
  return {};
}

Status plan_s8(PlanContext& ctx, Params* p) {
  Affine from, to;
  LINNET_TRY(activation_quantization(ctx, *ctx.input(0), &from));
  LINNET_TRY(activation_quantization(ctx, ctx.output(0), &to));
  if (p->reduce > size_t{1} << 23) return ctx.unsupported("more than 2^23 s8 values are reduced");
  double ratio = static_cast<double>(from.scale) / static_cast<double>(to.scale);
  if (p->op == ReduceOp::mean) ratio /= static_cast<double>(std::max<size_t>(1, p->reduce));
  p->zero_point_in = from.zero_point;
  p->zero_point_out = to.zero_point;
  return expect_ratio(ctx, ratio, &p->multiplier);
}

}  // namespace

Shape reduced_shape(const Shape& from, uint32_t set, bool keep_dims) {
  Shape shape;
  for (int i = 0; i < from.rank(); ++i) {
    const bool reduced = set >> i & 1;
    if (!reduced || keep_dims) shape.push_back(reduced ? 1 : from[i]);
  }
  return shape;
}

Status plan_reduce(PlanContext& ctx, ReduceOp op) {
  const fb::ReduceOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 2));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8, LINNET_S32}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  std::span<const int32_t> axes;
  LINNET_TRY(list_or_input(ctx, options->axes(), 1, &axes));
  uint32_t set = 0;
  LINNET_TRY(axis_set(ctx, axes, x.shape.rank(), &set));
  if (axes.empty()) set = (1u << x.shape.rank()) - 1;
  LINNET_TRY(ctx.set_shape(0, reduced_shape(x.shape, set, options->keep_dims())));
  Params p{};
  p.op = op;
  LINNET_TRY(plan_layout(ctx, set, &p));
  if (p.reduce == 0 && x.dtype != LINNET_F32 && op != ReduceOp::sum && element_count(y) > 0) {
    return ctx.error("'%s' has no values to reduce", x.name);
  }
  const char* label = "reduce s32";
  RunFn run = run_reduce_s32;
  if (x.dtype == LINNET_F32) {
    p.f32 = pick_kernel(ctx, kReduceF32, &label);
    run = run_reduce_f32;
  } else if (x.dtype == LINNET_S8) {
    LINNET_TRY(plan_s8(ctx, &p));
    p.s8 = pick_kernel(ctx, kReduceS8, &label);
    run = run_reduce_s8;
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run, params, label);
  return {};
}

}  // namespace linnet
