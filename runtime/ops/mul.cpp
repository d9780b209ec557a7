#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_mul(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::mul); }

}  // namespace linnet
