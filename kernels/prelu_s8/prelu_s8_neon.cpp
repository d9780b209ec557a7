#if defined(__aarch64__)

#include "kernels/prelu_s8/prelu_s8.h"
#include "kernels/prelu_s8/prelu_s8_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void prelu_s8_neon(const PreluS8Args& args) { prelu_s8_body<F8>(args); }

}  // namespace linnet

#endif
