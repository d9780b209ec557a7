#include "kernels/pool_s8/pool_s8.h"
#include "kernels/pool_s8/pool_s8_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void pool_s8_scalar(const PoolS8Args& args) { pool_s8_body<F1>(args); }

}  // namespace linnet
