#include "runtime/ops/binary_op.h"

namespace linnet {

Status plan_less(PlanContext& ctx) { return plan_compare(ctx, CompareOp::less); }

}  // namespace linnet
