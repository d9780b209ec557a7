#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_maximum(PlanContext& ctx) { return plan_binary(ctx, BinaryF32::maximum); }

}  // namespace linnet
