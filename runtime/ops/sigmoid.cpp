#include "runtime/ops/unary_op.h"

namespace linnet {

Status plan_sigmoid(PlanContext& ctx) { return plan_unary(ctx, UnaryF32::sigmoid); }

}  // namespace linnet
