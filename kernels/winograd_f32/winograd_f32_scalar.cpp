#include "kernels/vec/vec_scalar.h"
#include "kernels/winograd_f32/winograd_f32.h"
#include "kernels/winograd_f32/winograd_f32_body.h"

namespace linnet {

void winograd_input_f32_scalar(const WinogradInputF32Args& args) { winograd_input_body<F1>(args); }

void winograd_output_f32_scalar(const WinogradOutputF32Args& args) {
  winograd_output_body<F1>(args);
}

}  // namespace linnet
