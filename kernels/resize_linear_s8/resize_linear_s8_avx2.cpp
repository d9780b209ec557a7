#include "kernels/resize_linear_s8/resize_linear_s8.h"
#include "kernels/resize_linear_s8/resize_linear_s8_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void resize_linear_s8_avx2(const ResizeLinearS8Args& args) { resize_linear_s8_body<F8>(args); }

}  // namespace linnet
