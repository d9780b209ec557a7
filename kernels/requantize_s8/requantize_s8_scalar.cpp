#include "kernels/requantize_s8/requantize_s8.h"
#include "kernels/requantize_s8/requantize_s8_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void requantize_s8_scalar(const RequantizeS8Args& args) { requantize_s8_body<F1>(args); }

}  // namespace linnet
