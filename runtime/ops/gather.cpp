#include <algorithm>

#include "kernels/gather_rows/gather_rows.h"
#include "runtime/ops/axis_split.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  GatherRowsFn* kernel;
  size_t outer, axis, slice;  // slice in bytes
  bool checked;               // all indices were seen while planning
};

// Scratch: the indices, if they come while running; those out of range count as the nearest in
// range.
void run_gather(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const size_t count = element_count(*run.inputs[1]);
  if (run.outputs[0]->shape.elements() == 0) return;
  const int32_t* indices = static_cast<const int32_t*>(run.inputs[1]->data);
  if (!p.checked) {
    int32_t* clamped = reinterpret_cast<int32_t*>(run.scratch);
    const int32_t size = static_cast<int32_t>(p.axis);
    std::transform(indices, indices + count, clamped,
                   [&](int32_t i) { return std::clamp(i, -size, size - 1); });
    indices = clamped;
  }
  const uint8_t* x = static_cast<const uint8_t*>(run.inputs[0]->data);
  uint8_t* y = static_cast<uint8_t*>(run.outputs[0]->data);
  const auto gather = [&](size_t outer, size_t outers, size_t first, size_t rows) {
    p.kernel({.x = x + outer * p.axis * p.slice,
              .y = y + (outer * count + first) * p.slice,
              .outer = outers,
              .axis = p.axis,
              .slice = p.slice,
              .indices = indices + first,
              .count = rows});
  };
  if (p.outer == 1) {
    run.pool.parallel_for(count, row_chunk(p.slice / 4), [&](size_t, size_t begin, size_t end) {
      gather(0, 1, begin, end - begin);
    });
  } else {
    run.pool.parallel_for(
        p.outer, row_chunk(count * p.slice / 4),
        [&](size_t, size_t begin, size_t end) { gather(begin, end - begin, 0, count); });
  }
}

Status check_indices(const PlanContext& ctx, const Tensor& indices, int32_t size) {
  const std::span values(static_cast<const int32_t*>(indices.data), element_count(indices));
  for (const int32_t i : values) {
    if (i < -size || i >= size) {
      return ctx.error("index %d in '%s' is outside a dimension of %d", static_cast<int>(i),
                       indices.name, static_cast<int>(size));
    }
  }
  return {};
}

}  // namespace

// x [a…, n, b…], indices s32 [c…] -> [a…, c…, b…]; negative indices count from the end.
Status plan_gather(PlanContext& ctx) {
  const fb::AxisOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Tensor &x = *ctx.input(0), &indices = *ctx.input(1);
  LINNET_TRY(ctx.expect_dtype(indices, {LINNET_S32}));
  LINNET_TRY(expect_movable(ctx, x, ctx.output(0)));
  int axis = 0;
  LINNET_TRY(ctx.normalize_axis(options->axis(), x.shape.rank(), &axis));
  if (x.shape.rank() - 1 + indices.shape.rank() > kMaxRank) {
    return ctx.unsupported("the result would have more than %d dimensions", kMaxRank);
  }
  Shape shape;
  for (int i = 0; i < axis; ++i) shape.push_back(x.shape[i]);
  for (const int32_t d : indices.shape.dims()) shape.push_back(d);
  for (int i = axis + 1; i < x.shape.rank(); ++i) shape.push_back(x.shape[i]);
  LINNET_TRY(ctx.set_shape(0, shape));
  if (x.shape[axis] == 0 && indices.shape.elements() > 0) {
    return ctx.error("dimension %d of '%s' is empty", axis, x.name);
  }
  if (indices.known) LINNET_TRY(check_indices(ctx, indices, x.shape[axis]));
  const AxisSplit split = split_at(x.shape, axis);
  const char* label = "";
  GatherRowsFn* kernel = pick_kernel(ctx, kGatherRows, &label);
  const Params* params = keep_params(ctx, Params{.kernel = kernel,
                                                 .outer = split.outer,
                                                 .axis = split.axis,
                                                 .slice = split.inner * dtype_size(x.dtype),
                                                 .checked = indices.known});
  if (!params) return ctx.out_of_memory();
  if (!indices.known) ctx.need_scratch(element_count(indices) * sizeof(int32_t));
  ctx.set_run(run_gather, params, label);
  return {};
}

}  // namespace linnet
