#include "kernels/pool_s8/pool_s8.h"
#include "kernels/pool_s8/pool_s8_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void pool_s8_avx2(const PoolS8Args& args) { pool_s8_body<F8>(args); }

}  // namespace linnet
