#if defined(__aarch64__)

#include "kernels/unary_f32/unary_f32.h"
#include "kernels/unary_f32/unary_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void unary_f32_neon(const UnaryF32Args& args) { unary_f32_body<F8>(args); }

}  // namespace linnet

#endif
