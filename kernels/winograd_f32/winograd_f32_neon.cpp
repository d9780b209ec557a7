#if defined(__aarch64__)

#include "kernels/vec/vec_neon.h"
#include "kernels/winograd_f32/winograd_f32.h"
#include "kernels/winograd_f32/winograd_f32_body.h"

namespace linnet {

void winograd_input_f32_neon(const WinogradInputF32Args& args) { winograd_input_body<F8>(args); }

void winograd_output_f32_neon(const WinogradOutputF32Args& args) { winograd_output_body<F8>(args); }

}  // namespace linnet

#endif
