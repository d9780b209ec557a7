#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_equal(PlanContext& ctx) { return plan_compare(ctx, CompareOp::equal); }

}  // namespace linnet
