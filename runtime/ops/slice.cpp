#include <algorithm>

#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {
namespace {

struct Lists {
  std::span<const int32_t> starts, ends, axes, steps;
};

Status read_lists(const PlanContext& ctx, const fb::SliceOptions& options, Lists* out) {
  LINNET_TRY(list_or_input(ctx, options.starts(), 1, &out->starts));
  LINNET_TRY(list_or_input(ctx, options.ends(), 2, &out->ends));
  LINNET_TRY(list_or_input(ctx, options.axes(), 3, &out->axes));
  LINNET_TRY(list_or_input(ctx, options.steps(), 4, &out->steps));
  const size_t n = out->starts.size();
  if (out->ends.size() != n || (!out->axes.empty() && out->axes.size() != n) ||
      (!out->steps.empty() && out->steps.size() != n)) {
    return ctx.error("starts, ends, axes and steps have different lengths");
  }
  if (n > static_cast<size_t>(ctx.input(0)->shape.rank())) {
    return ctx.error("%zu ranges for %d dimensions", n, ctx.input(0)->shape.rank());
  }
  return {};
}

// ONNX Slice: indices below 0 count from the end, then everything is clamped to the dimension.
struct Range {
  int64_t start, count;
};

Range resolve(int64_t start, int64_t end, int64_t step, int64_t size) {
  if (start < 0) start += size;
  if (end < 0) end += size;
  if (step > 0) {
    start = std::clamp<int64_t>(start, 0, size);
    end = std::clamp<int64_t>(end, 0, size);
    return {start, std::max<int64_t>(0, (end - start + step - 1) / step)};
  }
  start = std::clamp<int64_t>(start, -1, size - 1);
  end = std::clamp<int64_t>(end, -1, size - 1);
  return {start, std::max<int64_t>(0, (start - end - step - 1) / -step)};
}

}  // namespace

// starts, ends, axes, steps from the options or from s32 inputs 1…4.
Status plan_slice(PlanContext& ctx) {
  const fb::SliceOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 5));
  const Shape& from = ctx.input(0)->shape;
  Lists lists;
  LINNET_TRY(read_lists(ctx, *options, &lists));
  std::array<int32_t, kMaxRank> all{0, 1, 2, 3, 4, 5};
  static_assert(kMaxRank == 6);
  if (lists.axes.empty()) lists.axes = std::span(all).first(lists.starts.size());
  uint32_t set = 0;
  LINNET_TRY(axis_set(ctx, lists.axes, from.rank(), &set));
  ptrdiff_t stride[kMaxRank];
  contiguous_strides(from, stride);
  Shape shape = from;
  int64_t offset = 0;
  bool whole = true;
  for (size_t i = 0; i < lists.starts.size(); ++i) {
    const int32_t given = lists.axes[i];
    const int axis = given < 0 ? given + from.rank() : given;
    const int64_t step = lists.steps.empty() ? 1 : lists.steps[i];
    if (step == 0) return ctx.error("the step of axis %d is 0", axis);
    const Range range = resolve(lists.starts[i], lists.ends[i], step, from[axis]);
    shape[axis] = static_cast<int32_t>(range.count);
    if (range.count == 0) continue;
    offset += range.start * stride[axis];
    whole = whole && range.count == from[axis] && step == 1;
    // A step over a single element may be any number: it is never taken.
    stride[axis] *= range.count > 1 ? static_cast<ptrdiff_t>(step) : 0;
  }
  if (whole && shape == from) return plan_same_bytes(ctx, shape);
  return plan_strided_copy(ctx, shape, shape.elements() > 0 ? static_cast<ptrdiff_t>(offset) : 0,
                           stride);
}

}  // namespace linnet
