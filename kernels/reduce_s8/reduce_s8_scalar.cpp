#include "kernels/reduce_s8/reduce_s8.h"
#include "kernels/reduce_s8/reduce_s8_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void reduce_s8_scalar(const ReduceS8Args& args) { reduce_s8_body<F1>(args); }

}  // namespace linnet
