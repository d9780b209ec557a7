#if defined(__aarch64__)

#include <arm_neon.h>

#include "kernels/copy_nd/copy_nd.h"
#include "kernels/copy_nd/copy_nd_body.h"

namespace linnet {
namespace {

template <size_t size>
struct NeonTile : PlainTile<size> {};

template <>
struct NeonTile<4> {
  static constexpr size_t kSide = 4;

  static uint32x4_t load(const uint8_t* p) { return vreinterpretq_u32_u8(vld1q_u8(p)); }
  static void store(uint8_t* p, uint64x2_t v) { vst1q_u8(p, vreinterpretq_u8_u64(v)); }

  static void run(const uint8_t* x, ptrdiff_t x_step, uint8_t* y, ptrdiff_t y_step) {
    const uint32x4_t r0 = load(x), r1 = load(x + x_step);
    const uint32x4_t r2 = load(x + 2 * x_step), r3 = load(x + 3 * x_step);
    const uint64x2_t a = vreinterpretq_u64_u32(vtrn1q_u32(r0, r1));
    const uint64x2_t b = vreinterpretq_u64_u32(vtrn2q_u32(r0, r1));
    const uint64x2_t c = vreinterpretq_u64_u32(vtrn1q_u32(r2, r3));
    const uint64x2_t d = vreinterpretq_u64_u32(vtrn2q_u32(r2, r3));
    store(y, vtrn1q_u64(a, c));
    store(y + y_step, vtrn1q_u64(b, d));
    store(y + 2 * y_step, vtrn2q_u64(a, c));
    store(y + 3 * y_step, vtrn2q_u64(b, d));
  }
};

template <>
struct NeonTile<1> {
  static constexpr size_t kSide = 16;

  // Four rounds of interleaving row j with row j + 8 put column order into row order.
  static void run(const uint8_t* x, ptrdiff_t x_step, uint8_t* y, ptrdiff_t y_step) {
    uint8x16_t a[16], b[16];
    for (int j = 0; j < 16; ++j) a[j] = vld1q_u8(x + j * x_step);
    interleave(a, b);
    interleave(b, a);
    interleave(a, b);
    interleave(b, a);
    for (int j = 0; j < 16; ++j) vst1q_u8(y + j * y_step, a[j]);
  }

  static void interleave(const uint8x16_t* from, uint8x16_t* to) {
    for (int j = 0; j < 8; ++j) {
      to[2 * j] = vzip1q_u8(from[j], from[j + 8]);
      to[2 * j + 1] = vzip2q_u8(from[j], from[j + 8]);
    }
  }
};

}  // namespace

void copy_nd_neon(const CopyNdArgs& args) { copy_nd_body<NeonTile>(args); }

}  // namespace linnet

#endif
