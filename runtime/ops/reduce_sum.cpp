#include "runtime/ops/reduce_op.h"

namespace linnet {

Status plan_reduce_sum(PlanContext& ctx) { return plan_reduce(ctx, ReduceOp::sum); }

}  // namespace linnet
