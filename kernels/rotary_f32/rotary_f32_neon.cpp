#if defined(__aarch64__)

#include <arm_neon.h>

#include "kernels/rotary_f32/rotary_f32.h"
#include "kernels/rotary_f32/rotary_f32_body.h"

namespace linnet {
namespace {

struct RotateNeon {
  static constexpr size_t kPairs = 4;

  static float32x4_t turned_a(float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t s) {
    return vsubq_f32(vmulq_f32(a, c), vmulq_f32(b, s));
  }
  static float32x4_t turned_b(float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t s) {
    return vaddq_f32(vmulq_f32(b, c), vmulq_f32(a, s));
  }

  static void halves(const float* x_a, const float* x_b, float* y_a, float* y_b, const float* cos,
                     const float* sin) {
    const float32x4_t a = vld1q_f32(x_a), b = vld1q_f32(x_b);
    const float32x4_t c = vld1q_f32(cos), s = vld1q_f32(sin);
    vst1q_f32(y_a, turned_a(a, b, c, s));
    vst1q_f32(y_b, turned_b(a, b, c, s));
  }

  static void interleaved(const float* x, float* y, const float* cos, const float* sin) {
    const float32x4x2_t v = vld2q_f32(x);
    const float32x4_t c = vld1q_f32(cos), s = vld1q_f32(sin);
    float32x4x2_t turned;
    turned.val[0] = turned_a(v.val[0], v.val[1], c, s);
    turned.val[1] = turned_b(v.val[0], v.val[1], c, s);
    vst2q_f32(y, turned);
  }
};

}  // namespace

void rotary_f32_neon(const RotaryF32Args& args) { rotary_f32_body<RotateNeon>(args); }

}  // namespace linnet

#endif
