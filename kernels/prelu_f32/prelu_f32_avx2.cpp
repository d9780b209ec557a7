#include "kernels/prelu_f32/prelu_f32.h"
#include "kernels/prelu_f32/prelu_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void prelu_f32_avx2(const PreluF32Args& args) { prelu_f32_body<F8>(args); }

}  // namespace linnet
