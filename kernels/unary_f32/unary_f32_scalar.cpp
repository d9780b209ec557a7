#include "kernels/unary_f32/unary_f32.h"
#include "kernels/unary_f32/unary_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void unary_f32_scalar(const UnaryF32Args& args) { unary_f32_body<F1>(args); }

}  // namespace linnet
