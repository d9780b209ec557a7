#pragma once

#include "kernels/binary_f32/binary_f32.h"
#include "kernels/compare_f32/compare_f32.h"
#include "runtime/ops/op.h"

namespace linnet {

// Plans y = clamp(a op b) with numpy broadcasting for f32, s8 (each tensor with its own
// quantization) and s32 (all but pow; no clamp). An operand may be overwritten by the result.
Status plan_binary(PlanContext& ctx, BinaryF32 op);

// Plans y = (a op b) as bool. Operands of one type: f32, s32, s8 (real values are compared), u8 or
// bool.
Status plan_compare(PlanContext& ctx, CompareOp op);

}  // namespace linnet
