#if defined(__aarch64__)

#include "kernels/resize_linear_f32/resize_linear_f32.h"
#include "kernels/resize_linear_f32/resize_linear_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void resize_linear_f32_neon(const ResizeLinearF32Args& args) { resize_linear_f32_body<F8>(args); }

}  // namespace linnet

#endif
