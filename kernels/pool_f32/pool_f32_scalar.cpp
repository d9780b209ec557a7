#include "kernels/pool_f32/pool_f32.h"
#include "kernels/pool_f32/pool_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void pool_f32_scalar(const PoolF32Args& args) { pool_f32_body<F1>(args); }

}  // namespace linnet
