#if defined(__aarch64__)

#include "kernels/pool_f32/pool_f32.h"
#include "kernels/pool_f32/pool_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void pool_f32_neon(const PoolF32Args& args) { pool_f32_body<F8>(args); }

}  // namespace linnet

#endif
