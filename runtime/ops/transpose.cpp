#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {

// y's dimension i is x's dimension perm[i].
Status plan_transpose(PlanContext& ctx) {
  const fb::TransposeOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Shape& from = ctx.input(0)->shape;
  const std::span<const int32_t> perm(options->perm()->data(), options->perm()->size());
  if (perm.size() != static_cast<size_t>(from.rank())) {
    return ctx.error("perm has %zu entries, '%s' has %d dimensions", perm.size(),
                     ctx.input(0)->name, from.rank());
  }
  uint32_t set = 0;
  LINNET_TRY(axis_set(ctx, perm, from.rank(), &set));
  ptrdiff_t contiguous[kMaxRank], stride[kMaxRank];
  contiguous_strides(from, contiguous);
  Shape shape;
  bool moves = false;  // whether dimensions other than 1 change their order
  int last = -1;
  for (int i = 0; i < from.rank(); ++i) {
    const int32_t given = perm[static_cast<size_t>(i)];
    const int axis = given < 0 ? given + from.rank() : given;
    shape.push_back(from[axis]);
    stride[i] = contiguous[axis];
    if (from[axis] == 1) continue;
    moves = moves || axis < last;
    last = axis;
  }
  return moves ? plan_strided_copy(ctx, shape, 0, stride) : plan_same_bytes(ctx, shape);
}

}  // namespace linnet
