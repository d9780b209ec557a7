#if defined(__aarch64__)

#include "kernels/resize_linear_s8/resize_linear_s8.h"
#include "kernels/resize_linear_s8/resize_linear_s8_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void resize_linear_s8_neon(const ResizeLinearS8Args& args) { resize_linear_s8_body<F8>(args); }

}  // namespace linnet

#endif
