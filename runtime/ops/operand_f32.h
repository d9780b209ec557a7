#pragma once

#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"
#include "kernels/quantize_f32_s8/quantize_f32_s8.h"
#include "runtime/ops/checks.h"

// For ops whose 8-bit form is rare: the operands are widened to f32 in scratch, the f32 kernel
// runs, and the result is narrowed.

namespace linnet {

// How one tensor is widened or narrowed, chosen while planning.
struct OperandF32 {
  DequantizeS8F32Fn* dequantize;
  QuantizeF32S8Fn* quantize;
  Affine affine;
};

// s8 needs a quantization; u8 and bool stand for their numbers.
Status plan_operand_f32(const PlanContext& ctx, const Tensor& tensor, OperandF32* out);

// Elements [begin, end) of an s8, u8 or bool tensor as f32 at out + begin.
void widen_f32(const OperandF32& operand, const Tensor& tensor, size_t begin, size_t end,
               float* out);

// values[begin, end) into the s8 tensor's elements.
void narrow_s8(const OperandF32& operand, const float* values, size_t begin, size_t end,
               const Tensor& tensor);

}  // namespace linnet
