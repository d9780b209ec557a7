#if defined(__aarch64__)

#include "kernels/requantize_s8/requantize_s8.h"
#include "kernels/requantize_s8/requantize_s8_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void requantize_s8_neon(const RequantizeS8Args& args) { requantize_s8_body<F8>(args); }

}  // namespace linnet

#endif
