#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_tanh(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::tanh); }

}  // namespace linnet
