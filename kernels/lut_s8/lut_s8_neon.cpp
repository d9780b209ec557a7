#if defined(__aarch64__)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/lut_s8/lut_s8.h"

// tbl looks up 64 entries and gives 0 for an index outside; tbx leaves the lane as it was.

namespace linnet {
namespace {

inline int8x16x4_t load_part(const int8_t* table) {
  int8x16x4_t part;
  for (int j = 0; j < 4; ++j) part.val[j] = vld1q_s8(table + 16 * j);
  return part;
}

}  // namespace

void lut_s8_neon(const LutS8Args& args) {
  const int8x16x4_t a = load_part(args.table), b = load_part(args.table + 64);
  const int8x16x4_t c = load_part(args.table + 128), d = load_part(args.table + 192);
  const uint8x16_t step = vdupq_n_u8(64);
  size_t i = 0;
  for (; i + 16 <= args.count; i += 16) {
    const uint8x16_t x = veorq_u8(vreinterpretq_u8_s8(vld1q_s8(args.x + i)), vdupq_n_u8(128));
    int8x16_t y = vqtbl4q_s8(a, x);
    const uint8x16_t x1 = vsubq_u8(x, step), x2 = vsubq_u8(x1, step), x3 = vsubq_u8(x2, step);
    y = vqtbx4q_s8(y, b, x1);
    y = vqtbx4q_s8(y, c, x2);
    y = vqtbx4q_s8(y, d, x3);
    vst1q_s8(args.y + i, y);
  }
  for (; i < args.count; ++i) args.y[i] = args.table[args.x[i] + 128];
}

}  // namespace linnet

#endif
