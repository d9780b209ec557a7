#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_gelu(PlanContext& ctx) {
  const fb::GeluOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  return plan_unary(ctx, options->tanh_approximation() ? UnaryF32::gelu_tanh : UnaryF32::gelu_erf);
}

}  // namespace linnet
