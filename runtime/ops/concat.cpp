#include "kernels/copy_nd/copy_nd.h"
#include "kernels/requantize_s8/requantize_s8.h"
#include "runtime/ops/axis_split.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"

namespace linnet {
namespace {

// One input: `length` elements of every row of the output, from `offset` on.
struct Part {
  size_t length, offset;
  bool requantize;
  int32_t zero_point;
  float multiplier;
};

struct Params {
  CopyNdFn* copy;
  RequantizeS8Fn* requantize;
  size_t outer, row;  // rows of the output and elements in each
  size_t element;     // bytes
  int32_t zero_point;
  int count;
  Part* parts;
};

void requantize_part(const RunContext& run, const Params& p, const Part& part, const int8_t* x) {
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data) + part.offset;
  run.pool.parallel_for(p.outer, row_chunk(part.length), [&](size_t, size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) {
      p.requantize({.x = x + row * part.length,
                    .y = y + row * p.row,
                    .count = part.length,
                    .zero_point_in = part.zero_point,
                    .zero_point_out = p.zero_point,
                    .multiplier = part.multiplier,
                    .clamp_min = -128,
                    .clamp_max = 127});
    }
  });
}

void run_concat(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for (int i = 0; i < p.count; ++i) {
    const Part& part = p.parts[i];
    const void* x = run.inputs[static_cast<size_t>(i)]->data;
    if (p.outer == 0 || part.length == 0) continue;
    if (part.requantize) {
      requantize_part(run, p, part, static_cast<const int8_t*>(x));
      continue;
    }
    run_copy(run.pool, p.copy,
             {.x = x,
              .y = static_cast<std::byte*>(run.outputs[0]->data) + part.offset * p.element,
              .element_size = p.element,
              .rank = 2,
              .shape = {p.outer, part.length},
              .x_stride = {static_cast<ptrdiff_t>(part.length), 1},
              .y_stride = {static_cast<ptrdiff_t>(p.row), 1}});
  }
}

Status check_part(const PlanContext& ctx, const Tensor& x, const Tensor& y, int axis, Part* part) {
  const Shape& first = ctx.input(0)->shape;
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  LINNET_TRY(ctx.expect_rank(x, first.rank()));
  for (int d = 0; d < first.rank(); ++d) {
    if (d != axis && x.shape[d] != first[d]) {
      return ctx.error("dimension %d of '%s' is %d, of '%s' %d", d, x.name,
                       static_cast<int>(x.shape[d]), ctx.input(0)->name,
                       static_cast<int>(first[d]));
    }
  }
  if (x.dtype != LINNET_S8 || !(x.quantization.present() && y.quantization.present())) {
    return expect_movable(ctx, x, y);
  }
  Affine from, to;
  LINNET_TRY(activation_quantization(ctx, x, &from));
  LINNET_TRY(activation_quantization(ctx, y, &to));
  part->requantize = from.scale != to.scale || from.zero_point != to.zero_point;
  part->zero_point = from.zero_point;
  return expect_ratio(ctx, static_cast<double>(from.scale) / static_cast<double>(to.scale),
                      &part->multiplier);
}

}  // namespace

// Inputs agree in all dimensions but `axis`. s8 inputs are requantized where they differ from the
// output.
Status plan_concat(PlanContext& ctx) {
  const fb::AxisOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, ctx.input_count()));
  const Tensor& y = ctx.output(0);
  Params p{};
  p.count = ctx.input_count();
  Shape shape = ctx.input(0)->shape;
  int axis = 0;
  LINNET_TRY(ctx.normalize_axis(options->axis(), shape.rank(), &axis));
  p.parts = allocate_array<Part>(ctx, static_cast<size_t>(p.count));
  if (!p.parts) return ctx.out_of_memory();
  int64_t total = 0;
  for (int i = 0; i < p.count; ++i) {
    const Tensor* x = ctx.input(i);
    if (!x) return ctx.error("input %d is absent", i);
    LINNET_TRY(check_part(ctx, *x, y, axis, &p.parts[i]));
    const AxisSplit split = split_at(x->shape, axis);
    p.parts[i].length = split.axis * split.inner;
    p.parts[i].offset = static_cast<size_t>(total) * split.inner;
    total += x->shape[axis];
    if (total > INT32_MAX) return ctx.error("the result is too long along axis %d", axis);
  }
  shape[axis] = static_cast<int32_t>(total);
  LINNET_TRY(ctx.set_shape(0, shape));
  const AxisSplit split = split_at(shape, axis);
  p.outer = split.outer;
  p.row = split.axis * split.inner;
  p.element = dtype_size(y.dtype);
  p.zero_point = y.quantization.tensor_zero_point();
  const char* label = "";
  p.copy = pick_kernel(ctx, kCopyNd, &label);
  p.requantize = kRequantizeS8.pick(ctx.isa()).run;
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_concat, params, label);
  return {};
}

}  // namespace linnet
