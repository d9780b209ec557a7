#include "kernels/rms_norm_f32/rms_norm_f32.h"
#include "kernels/rms_norm_f32/rms_norm_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void rms_norm_f32_scalar(const RmsNormF32Args& args) { rms_norm_f32_body<F1>(args); }

}  // namespace linnet
