#include "kernels/binary_s8/binary_s8.h"
#include "kernels/binary_s8/binary_s8_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void binary_s8_scalar(const BinaryS8Args& args) { binary_s8_body<F1>(args); }

}  // namespace linnet
