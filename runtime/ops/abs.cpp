#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_abs(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::abs); }

}  // namespace linnet
