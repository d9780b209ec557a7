#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_greater(PlanContext& ctx) { return plan_compare(ctx, CompareOp::greater); }

}  // namespace linnet
