#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_f32/depthwise_f32.h"
#include "kernels/depthwise_f32/depthwise_f32_tiles.h"

namespace linnet {
namespace {

struct Neon {
  using Reg = float32x4_t;
  static constexpr size_t kLanes = 4;
  static Reg zero() { return vdupq_n_f32(0.0f); }
  static Reg load(const float* from) { return vld1q_f32(from); }
  static void store(float* to, Reg v) { vst1q_f32(to, v); }
  static Reg fma(Reg a, Reg b, Reg acc) { return vfmaq_f32(acc, a, b); }
  static Reg clamp(Reg v, float min,
                   float max) {  // by comparison: -0 and NaN as in the scalar code
    const float32x4_t lo = vdupq_n_f32(min);
    const float32x4_t hi = vdupq_n_f32(max);
    v = vbslq_f32(vcltq_f32(v, lo), lo, v);
    return vbslq_f32(vcgtq_f32(v, hi), hi, v);
  }
  static Reg load_few(const float* from, size_t n) {
    float lanes[4] = {};
    memcpy(lanes, from, n * sizeof(float));
    return vld1q_f32(lanes);
  }
  static void store_few(float* to, Reg v, size_t n) {
    float lanes[4];
    vst1q_f32(lanes, v);
    memcpy(to, lanes, n * sizeof(float));
  }
};

}  // namespace

void depthwise_f32_neon(const DepthwiseF32Args& args) { depthwise_run<Neon>(args); }

}  // namespace linnet
