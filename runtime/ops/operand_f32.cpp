#include "runtime/ops/operand_f32.h"

namespace linnet {

Status plan_operand_f32(const PlanContext& ctx, const Tensor& tensor, OperandF32* out) {
  *out = {.dequantize = kDequantizeS8F32.pick(ctx.isa()).run,
          .quantize = kQuantizeF32S8.pick(ctx.isa()).run,
          .affine = {}};
  return tensor.dtype == LINNET_S8 ? activation_quantization(ctx, tensor, &out->affine) : Status();
}

void widen_f32(const OperandF32& operand, const Tensor& tensor, size_t begin, size_t end,
               float* out) {
  if (tensor.dtype == LINNET_S8) {
    operand.dequantize({.x = static_cast<const int8_t*>(tensor.data) + begin,
                        .y = out + begin,
                        .outer = 1,
                        .channels = 1,
                        .inner = end - begin,
                        .scale = &operand.affine.scale,
                        .zero_point = &operand.affine.zero_point});
    return;
  }
  const uint8_t* x = static_cast<const uint8_t*>(tensor.data);
  for (size_t i = begin; i < end; ++i) out[i] = static_cast<float>(x[i]);
}

void narrow_s8(const OperandF32& operand, const float* values, size_t begin, size_t end,
               const Tensor& tensor) {
  operand.quantize({.x = values + begin,
                    .y = static_cast<int8_t*>(tensor.data) + begin,
                    .count = end - begin,
                    .scale = operand.affine.scale,
                    .zero_point = operand.affine.zero_point});
}

}  // namespace linnet
