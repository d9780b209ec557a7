#if defined(__aarch64__)

#include "kernels/binary_s8/binary_s8.h"
#include "kernels/binary_s8/binary_s8_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void binary_s8_neon(const BinaryS8Args& args) { binary_s8_body<F8>(args); }

}  // namespace linnet

#endif
