#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_sub(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::sub); }

}  // namespace linnet
