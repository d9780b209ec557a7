#if defined(__aarch64__)

#include "kernels/minmax_f32/minmax_f32.h"
#include "kernels/minmax_f32/minmax_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void minmax_f32_neon(const MinmaxF32Args& args) { minmax_f32_body<F8>(args); }

}  // namespace linnet

#endif
