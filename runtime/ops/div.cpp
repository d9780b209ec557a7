#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_div(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::div); }

}  // namespace linnet
