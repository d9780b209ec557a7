#if defined(__aarch64__)

#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"
#include "kernels/dequantize_s8_f32/dequantize_s8_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void dequantize_s8_f32_neon(const DequantizeS8F32Args& args) { dequantize_s8_f32_body<F8>(args); }

}  // namespace linnet

#endif
