#include "runtime/ops/reduce_op.h"

namespace linnet {

Status plan_reduce_min(PlanContext& ctx) { return plan_reduce(ctx, ReduceOp::min); }

}  // namespace linnet
