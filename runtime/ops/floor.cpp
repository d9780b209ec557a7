#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_floor(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::floor); }

}  // namespace linnet
