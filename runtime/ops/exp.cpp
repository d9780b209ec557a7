#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_exp(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::exp); }

}  // namespace linnet
