#include "runtime/ops/axis_split.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {
namespace {

struct Params {
  CopyNdFn* copy;
  size_t outer, row;  // rows of the input and elements in each
  size_t inner;
  size_t element;  // bytes
  int axis;
};

void run_split(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const std::byte* x = static_cast<const std::byte*>(run.inputs[0]->data);
  for (Tensor* y : run.outputs) {
    const size_t length = static_cast<size_t>(y->shape[p.axis]) * p.inner;
    if (p.outer == 0 || length == 0) continue;
    run_copy(run.pool, p.copy,
             {.x = x,
              .y = y->data,
              .element_size = p.element,
              .rank = 2,
              .shape = {p.outer, length},
              .x_stride = {static_cast<ptrdiff_t>(p.row), 1},
              .y_stride = {static_cast<ptrdiff_t>(length), 1}});
    x += length * p.element;
  }
}

// The length of each part: as given, or ceil(size / parts) with a shorter last one.
Status part_size(const PlanContext& ctx, std::span<const int32_t> sizes, int i, int32_t size,
                 int64_t used, int64_t* out) {
  const int parts = ctx.output_count();
  if (sizes.empty()) {
    const int64_t each = (int64_t{size} + parts - 1) / parts;
    *out = i + 1 < parts ? each : size - used;
  } else {
    *out = sizes[static_cast<size_t>(i)];
  }
  if (*out < 0 || used + *out > size) {
    return ctx.error("the parts do not add up to %d", static_cast<int>(size));
  }
  return {};
}

}  // namespace

// Sizes from the options or s32 input 1; empty: equal parts, the last one may be shorter.
Status plan_split(PlanContext& ctx) {
  const fb::SplitOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  if (ctx.output_count() == 0) return ctx.error("no outputs");
  LINNET_TRY(expect_arity(ctx, 1, 2, ctx.output_count()));
  const Tensor& x = *ctx.input(0);
  Params p{};
  LINNET_TRY(ctx.normalize_axis(options->axis(), x.shape.rank(), &p.axis));
  std::span<const int32_t> sizes;
  LINNET_TRY(list_or_input(ctx, options->sizes(), 1, &sizes));
  if (!sizes.empty() && sizes.size() != static_cast<size_t>(ctx.output_count())) {
    return ctx.error("%zu sizes for %d outputs", sizes.size(), ctx.output_count());
  }
  int64_t used = 0;
  for (int i = 0; i < ctx.output_count(); ++i) {
    int64_t length = 0;
    LINNET_TRY(part_size(ctx, sizes, i, x.shape[p.axis], used, &length));
    LINNET_TRY(expect_movable(ctx, x, ctx.output(i)));
    Shape shape = x.shape;
    shape[p.axis] = static_cast<int32_t>(length);
    LINNET_TRY(ctx.set_shape(i, shape));
    used += length;
  }
  if (used != x.shape[p.axis]) {
    return ctx.error("the parts do not add up to %d", static_cast<int>(x.shape[p.axis]));
  }
  const AxisSplit split = split_at(x.shape, p.axis);
  p.outer = split.outer;
  p.inner = split.inner;
  p.row = split.axis * split.inner;
  p.element = dtype_size(x.dtype);
  const char* label = "";
  p.copy = pick_kernel(ctx, kCopyNd, &label);
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_split, params, label);
  return {};
}

}  // namespace linnet
