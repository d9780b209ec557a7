#include "kernels/resize_linear_s8/resize_linear_s8.h"
#include "kernels/resize_linear_s8/resize_linear_s8_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void resize_linear_s8_scalar(const ResizeLinearS8Args& args) { resize_linear_s8_body<F1>(args); }

}  // namespace linnet
