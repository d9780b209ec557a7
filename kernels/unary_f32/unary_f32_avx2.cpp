#include "kernels/unary_f32/unary_f32.h"
#include "kernels/unary_f32/unary_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void unary_f32_avx2(const UnaryF32Args& args) { unary_f32_body<F8>(args); }

}  // namespace linnet
