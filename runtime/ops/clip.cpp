#include "runtime/ops/checks.h"
#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_clip(PlanContext& ctx) {
  const fb::ClipOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_range(ctx, options->min(), options->max()));
  return plan_unary(ctx, UnaryF32::clip, options->min(), options->max());
}

}  // namespace linnet
