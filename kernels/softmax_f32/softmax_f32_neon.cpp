#if defined(__aarch64__)

#include "kernels/softmax_f32/softmax_f32.h"
#include "kernels/softmax_f32/softmax_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void softmax_f32_neon(const SoftmaxF32Args& args) { softmax_f32_body<F8>(args); }

}  // namespace linnet

#endif
