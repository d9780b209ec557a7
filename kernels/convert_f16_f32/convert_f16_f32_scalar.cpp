#include "kernels/convert_f16_f32/convert_f16_f32.h"
#include "kernels/convert_f16_f32/half_bits.h"

namespace linnet {

void convert_f16_f32_scalar(const ConvertF16F32Args& args) {
  for (size_t i = 0; i < args.count; ++i) args.y[i] = float_of_half(args.x[i]);
}

void convert_f32_f16_scalar(const ConvertF32F16Args& args) {
  for (size_t i = 0; i < args.count; ++i) args.y[i] = half_of_float(args.x[i]);
}

}  // namespace linnet
