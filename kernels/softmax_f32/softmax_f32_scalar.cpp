#include "kernels/softmax_f32/softmax_f32.h"
#include "kernels/softmax_f32/softmax_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void softmax_f32_scalar(const SoftmaxF32Args& args) { softmax_f32_body<F1>(args); }

}  // namespace linnet
