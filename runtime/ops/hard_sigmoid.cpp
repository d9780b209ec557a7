#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_hard_sigmoid(PlanContext& ctx) {
  const fb::HardSigmoidOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  return plan_unary(ctx, UnaryF32::hard_sigmoid, options->alpha(), options->beta());
}

}  // namespace linnet
