#include "kernels/layer_norm_f32/layer_norm_f32.h"
#include "kernels/layer_norm_f32/layer_norm_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void layer_norm_f32_scalar(const LayerNormF32Args& args) { layer_norm_f32_body<F1>(args); }

}  // namespace linnet
