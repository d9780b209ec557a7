#include "kernels/resize_linear_f32/resize_linear_f32.h"
#include "kernels/resize_linear_f32/resize_linear_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void resize_linear_f32_scalar(const ResizeLinearF32Args& args) { resize_linear_f32_body<F1>(args); }

}  // namespace linnet
