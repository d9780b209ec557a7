#if defined(__aarch64__)

#include "kernels/prelu_f32/prelu_f32.h"
#include "kernels/prelu_f32/prelu_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void prelu_f32_neon(const PreluF32Args& args) { prelu_f32_body<F8>(args); }

}  // namespace linnet

#endif
