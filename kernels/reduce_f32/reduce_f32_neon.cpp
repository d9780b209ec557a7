#if defined(__aarch64__)

#include "kernels/reduce_f32/reduce_f32.h"
#include "kernels/reduce_f32/reduce_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void reduce_f32_neon(const ReduceF32Args& args) { reduce_f32_body<F8>(args); }

}  // namespace linnet

#endif
