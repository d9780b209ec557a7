#if defined(__aarch64__)

#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32.h"
#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void gather_panels_s8_f32_neon(const GatherPanelsS8F32Args& args) {
  gather_panels_s8_f32_body<F8>(args, [](uint64_t bytes) {
    const int16x8_t eight = vmovl_s8(vcreate_s8(bytes));
    return to_float(S8x32(vmovl_s16(vget_low_s16(eight)), vmovl_s16(vget_high_s16(eight))));
  });
}

}  // namespace linnet

#endif
