#include "runtime/ops/broadcast.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {

// Broadcasts x to the shape that numpy gives for x and s32 input 1.
Status plan_expand(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Shape& from = ctx.input(0)->shape;
  std::span<const int32_t> wanted;
  LINNET_TRY(ctx.known_s32(1, &wanted));
  Shape to, shape;
  for (const int32_t d : wanted) {
    if (d < 0) return ctx.error("dimension %d is %d", to.rank(), static_cast<int>(d));
    if (!to.push_back(d)) return ctx.error("more than %d dimensions", kMaxRank);
  }
  LINNET_TRY(broadcast_shape(ctx, from, to, &shape));
  LINNET_TRY(ctx.set_shape(0, shape));  // checks the size before it is computed with
  if (shape.elements() == from.elements()) return plan_same_bytes(ctx, shape);
  ptrdiff_t contiguous[kMaxRank], stride[kMaxRank];
  contiguous_strides(from, contiguous);
  const int added = shape.rank() - from.rank();
  for (int i = 0; i < shape.rank(); ++i) {
    stride[i] = i < added || from[i - added] == 1 ? 0 : contiguous[i - added];
  }
  return plan_strided_copy(ctx, shape, 0, stride);
}

}  // namespace linnet
