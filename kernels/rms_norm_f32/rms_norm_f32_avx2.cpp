#include "kernels/rms_norm_f32/rms_norm_f32.h"
#include "kernels/rms_norm_f32/rms_norm_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void rms_norm_f32_avx2(const RmsNormF32Args& args) { rms_norm_f32_body<F8>(args); }

}  // namespace linnet
