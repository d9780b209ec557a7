#include "runtime/ops/reduce_op.h"

namespace linnet {

Status plan_reduce_mean(PlanContext& ctx) { return plan_reduce(ctx, ReduceOp::mean); }

}  // namespace linnet
