#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_round(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::round); }

}  // namespace linnet
