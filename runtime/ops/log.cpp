#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_log(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::log); }

}  // namespace linnet
