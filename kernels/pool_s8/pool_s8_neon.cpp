#if defined(__aarch64__)

#include "kernels/pool_s8/pool_s8.h"
#include "kernels/pool_s8/pool_s8_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void pool_s8_neon(const PoolS8Args& args) { pool_s8_body<F8>(args); }

}  // namespace linnet

#endif
