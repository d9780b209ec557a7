#include "kernels/layer_norm_f32/layer_norm_f32.h"
#include "kernels/layer_norm_f32/layer_norm_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void layer_norm_f32_avx2(const LayerNormF32Args& args) { layer_norm_f32_body<F8>(args); }

}  // namespace linnet
