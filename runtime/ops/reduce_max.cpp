#include "runtime/ops/reduce_op.h"

namespace linnet {

Status plan_reduce_max(PlanContext& ctx) { return plan_reduce(ctx, ReduceOp::max); }

}  // namespace linnet
