#include "kernels/quantize_f32_s8/quantize_f32_s8.h"
#include "kernels/quantize_f32_s8/quantize_f32_s8_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void quantize_f32_s8_avx2(const QuantizeF32S8Args& args) { quantize_f32_s8_body<F8>(args); }

}  // namespace linnet
