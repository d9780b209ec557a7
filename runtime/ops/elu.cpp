#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_elu(PlanContext& ctx) {
  const fb::LeakyReluOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  return plan_unary(ctx, UnaryF32::elu, options->alpha());
}

}  // namespace linnet
