#include "kernels/prelu_f32/prelu_f32.h"
#include "kernels/prelu_f32/prelu_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void prelu_f32_scalar(const PreluF32Args& args) { prelu_f32_body<F1>(args); }

}  // namespace linnet
