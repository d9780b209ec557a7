#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_neg(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::neg); }

}  // namespace linnet
