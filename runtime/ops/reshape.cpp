#include "runtime/ops/checks.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {

Status plan_reshape(PlanContext& ctx) {
  const fb::ReshapeOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, options->from_input() ? 2 : 1, 2));
  std::span<const int32_t> wanted;
  if (options->from_input()) {
    LINNET_TRY(ctx.known_s32(1, &wanted));
  } else if (options->shape()) {
    wanted = {options->shape()->data(), options->shape()->size()};
  }
  const Shape& from = ctx.input(0)->shape;
  Shape shape;
  int inferred = -1;
  int64_t known = 1;
  for (const int32_t d : wanted) {
    const int i = shape.rank();
    int32_t value = d;
    if (d == 0 && !options->allow_zero()) {
      if (i >= from.rank())
        return ctx.error("dimension %d copies one that '%s' lacks", i, ctx.input(0)->name);
      value = from[i];
    } else if (d == -1) {
      if (inferred >= 0) return ctx.error("more than one dimension is -1");
      inferred = i;
      value = 1;
    } else if (d < 0) {
      return ctx.error("dimension %d is %d", i, static_cast<int>(d));
    }
    if (!shape.push_back(value))
      return ctx.error("the new shape has more than %d dimensions", kMaxRank);
    if (value > 0 && known > INT64_MAX / value) return ctx.error("the new shape is too large");
    known *= value;
  }
  if (inferred >= 0) {
    const int64_t count = from.elements();
    if (known == 0 || count % known != 0 || count / known > INT32_MAX) {
      return ctx.error("%lld values do not fill the given dimensions",
                       static_cast<long long>(count));
    }
    shape[inferred] = static_cast<int32_t>(count / known);
  }
  return plan_same_bytes(ctx, shape);
}

}  // namespace linnet
