#include "kernels/reduce_s8/reduce_s8.h"
#include "kernels/reduce_s8/reduce_s8_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void reduce_s8_avx2(const ReduceS8Args& args) { reduce_s8_body<F8>(args); }

}  // namespace linnet
