#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_pow(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::pow); }

}  // namespace linnet
