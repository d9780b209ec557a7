#include "runtime/ops/pool_op.h"

namespace linnet {

Status plan_average_pool_2d(PlanContext& ctx) { return plan_pool(ctx, PoolKind::average); }

}  // namespace linnet
