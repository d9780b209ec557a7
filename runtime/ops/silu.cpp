#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_silu(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::silu); }

}  // namespace linnet
