#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_minimum(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::minimum); }

}  // namespace linnet
