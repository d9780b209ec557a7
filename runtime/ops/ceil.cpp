#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_ceil(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::ceil); }

}  // namespace linnet
