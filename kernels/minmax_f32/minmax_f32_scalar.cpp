#include "kernels/minmax_f32/minmax_f32.h"
#include "kernels/minmax_f32/minmax_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void minmax_f32_scalar(const MinmaxF32Args& args) { minmax_f32_body<F1>(args); }

}  // namespace linnet
