#include "kernels/prelu_s8/prelu_s8.h"
#include "kernels/prelu_s8/prelu_s8_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void prelu_s8_avx2(const PreluS8Args& args) { prelu_s8_body<F8>(args); }

}  // namespace linnet
