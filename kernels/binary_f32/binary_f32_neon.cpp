#if defined(__aarch64__)

#include "kernels/binary_f32/binary_f32.h"
#include "kernels/binary_f32/binary_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void binary_f32_neon(const BinaryF32Args& args) { binary_f32_body<F8>(args); }

}  // namespace linnet

#endif
