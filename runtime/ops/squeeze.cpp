#include "runtime/ops/checks.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {

// Axes from the options or s32 input 1; without either, all dimensions of 1 go.
Status plan_squeeze(PlanContext& ctx) {
  const fb::AxesOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 2));
  const Shape& from = ctx.input(0)->shape;
  std::span<const int32_t> axes;
  LINNET_TRY(list_or_input(ctx, options->axes(), 1, &axes));
  uint32_t set = 0;
  LINNET_TRY(axis_set(ctx, axes, from.rank(), &set));
  Shape shape;
  for (int i = 0; i < from.rank(); ++i) {
    const bool named = set >> i & 1;
    if (named && from[i] != 1) {
      return ctx.error("dimension %d of '%s' is %d, not 1", i, ctx.input(0)->name,
                       static_cast<int>(from[i]));
    }
    if (named || (axes.empty() && from[i] == 1)) continue;
    shape.push_back(from[i]);
  }
  return plan_same_bytes(ctx, shape);
}

}  // namespace linnet
