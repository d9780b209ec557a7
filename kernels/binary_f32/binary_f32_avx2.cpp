#include "kernels/binary_f32/binary_f32.h"
#include "kernels/binary_f32/binary_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void binary_f32_avx2(const BinaryF32Args& args) { binary_f32_body<F8>(args); }

}  // namespace linnet
