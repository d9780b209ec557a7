#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_add(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::add); }

}  // namespace linnet
