#if defined(__aarch64__)

#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"
#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void gather_panels_s4_f32_neon(const GatherPanelsS4F32Args& args) {
  const int8x16_t table = vld1q_s8(args.table);
  gather_panels_s4_f32_body<F8>(args, [=](uint64_t codes) {
    const int16x8_t eight = vmovl_s8(vqtbl1_s8(table, vcreate_u8(codes)));
    return to_float(S8x32(vmovl_s16(vget_low_s16(eight)), vmovl_s16(vget_high_s16(eight))));
  });
}

}  // namespace linnet

#endif
