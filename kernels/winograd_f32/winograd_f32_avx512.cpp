#include "kernels/vec/vec_avx512.h"
#include "kernels/winograd_f32/winograd_f32.h"
#include "kernels/winograd_f32/winograd_f32_body.h"

namespace linnet {

void winograd_input_f32_avx512(const WinogradInputF32Args& args) {
  winograd_input_body<F32x16>(args);
}

void winograd_output_f32_avx512(const WinogradOutputF32Args& args) {
  winograd_output_body<F32x16>(args);
}

}  // namespace linnet
