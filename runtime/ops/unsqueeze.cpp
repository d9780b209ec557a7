#include "runtime/ops/checks.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {

// Axes, counted in the result, from the options or s32 input 1.
Status plan_unsqueeze(PlanContext& ctx) {
  const fb::AxesOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 2));
  const Shape& from = ctx.input(0)->shape;
  std::span<const int32_t> axes;
  LINNET_TRY(list_or_input(ctx, options->axes(), 1, &axes));
  if (axes.size() > static_cast<size_t>(kMaxRank - from.rank())) {
    return ctx.error("the result would have more than %d dimensions", kMaxRank);
  }
  const int rank = from.rank() + static_cast<int>(axes.size());
  uint32_t set = 0;
  LINNET_TRY(axis_set(ctx, axes, rank, &set));
  Shape shape;
  for (int i = 0, next = 0; i < rank; ++i) shape.push_back(set >> i & 1 ? 1 : from[next++]);
  return plan_same_bytes(ctx, shape);
}

}  // namespace linnet
