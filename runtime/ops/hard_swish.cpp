#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_hard_swish(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::hard_swish); }

}  // namespace linnet
