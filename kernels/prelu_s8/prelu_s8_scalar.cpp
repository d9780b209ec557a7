#include "kernels/prelu_s8/prelu_s8.h"
#include "kernels/prelu_s8/prelu_s8_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void prelu_s8_scalar(const PreluS8Args& args) { prelu_s8_body<F1>(args); }

}  // namespace linnet
