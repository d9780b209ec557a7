#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_erf(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::erf); }

}  // namespace linnet
