#include "kernels/binary_f32/binary_f32.h"
#include "kernels/binary_f32/binary_f32_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void binary_f32_scalar(const BinaryF32Args& args) { binary_f32_body<F1>(args); }

}  // namespace linnet
