#include "kernels/reduce_f32/reduce_f32.h"
#include "kernels/reduce_f32/reduce_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void reduce_f32_scalar(const ReduceF32Args& args) { reduce_f32_body<F1>(args); }

}  // namespace linnet
