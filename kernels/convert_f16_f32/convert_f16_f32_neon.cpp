#if defined(__aarch64__)

#include <arm_neon.h>

#include "kernels/convert_f16_f32/convert_f16_f32.h"
#include "kernels/convert_f16_f32/half_bits.h"

namespace linnet {

void convert_f16_f32_neon(const ConvertF16F32Args& args) {
  size_t i = 0;
  for (; i + 4 <= args.count; i += 4) {
    vst1q_f32(args.y + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(args.x + i))));
  }
  for (; i < args.count; ++i) args.y[i] = float_of_half(args.x[i]);
}

void convert_f32_f16_neon(const ConvertF32F16Args& args) {
  size_t i = 0;
  for (; i + 4 <= args.count; i += 4) {
    vst1_u16(args.y + i, vreinterpret_u16_f16(vcvt_f16_f32(vld1q_f32(args.x + i))));
  }
  for (; i < args.count; ++i) args.y[i] = half_of_float(args.x[i]);
}

}  // namespace linnet

#endif
