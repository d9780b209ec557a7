#include "kernels/pool_s8/pool_s8.h"
#include "kernels/pool_s8/pool_s8_bytes.h"
#include "kernels/vec/bytes_avx2.h"
#include "kernels/vec/bytes_avx512.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void pool_s8_avx512(const PoolS8Args& args) { pool_s8_bytes<F8, Bytes512, Bytes256>(args); }

}  // namespace linnet
