#pragma once

#include "kernels/pool_window/pool_window.h"
#include "runtime/ops/op.h"

namespace linnet {

// Plans average or max pooling of x [n, h, w, c], f32 or s8 (each tensor with its own
// quantization).
Status plan_pool(PlanContext& ctx, PoolKind kind);

}  // namespace linnet
