#include "kernels/pool_f32/pool_f32.h"
#include "kernels/pool_f32/pool_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void pool_f32_avx2(const PoolF32Args& args) { pool_f32_body<F8>(args); }

}  // namespace linnet
