#pragma once

#include "kernels/unary_f32/unary_f32.h"
#include "runtime/ops/op.h"

namespace linnet {

// Plans y = function(x) for f32, in place where possible, or for s8 as a look-up in a table that
// the scalar f32 function fills while planning: the same table on every machine. s8 tensors may
// differ in quantization. `alpha` and `beta` as kernels/unary_f32 defines them.
// abs, neg and clip take s32 too.
Status plan_unary(PlanContext& ctx, UnaryF32 function, float alpha = 0.0f, float beta = 0.0f);

}  // namespace linnet
