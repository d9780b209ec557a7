#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_sqrt(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::sqrt); }

}  // namespace linnet
