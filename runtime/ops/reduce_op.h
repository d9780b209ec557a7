#pragma once

#include "kernels/reduce_f32/reduce_f32.h"
#include "runtime/ops/op.h"

namespace linnet {

// Plans a reduction over the axes of the options or of s32 input 1 (none: all). f32; s8, each
// tensor with its own quantization; s32, whose sum wraps around and whose mean is cut toward zero.
Status plan_reduce(PlanContext& ctx, ReduceOp op);

// The shape that is left when the dimensions in `set` are reduced to 1, or taken out.
Shape reduced_shape(const Shape& from, uint32_t set, bool keep_dims);

}  // namespace linnet
