#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_leaky_relu(PlanContext& ctx) {
  const fb::LeakyReluOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  return plan_unary(ctx, UnaryF32::leaky_relu, options->alpha());
}

}  // namespace linnet
