#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Eight lanes of AArch64 NEON, as two registers: in-order cores like the pair of independent
// chains. The operations are described in vec_scalar.h. 32-bit ARM has no class of its own: its
// NEON flushes denormals and cannot divide, so its float kernels are the scalar ones.

namespace linnet {
namespace {

struct S8x32 {  // eight int32
  int32x4_t lo, hi;

  S8x32() = default;
  S8x32(int32x4_t low, int32x4_t high) : lo(low), hi(high) {}
  S8x32(int32_t value) : lo(vdupq_n_s32(value)), hi(vdupq_n_s32(value)) {}

  static S8x32 load_s8(const int8_t* p) {
    const int16x8_t wide = vmovl_s8(vld1_s8(p));
    return {vmovl_s16(vget_low_s16(wide)), vmovl_s16(vget_high_s16(wide))};
  }
  static S8x32 load_s8_partial(const int8_t* p, size_t count) {
    int8_t buffer[8] = {};
    memcpy(buffer, p, count);
    return load_s8(buffer);
  }
  int16x8_t words() const { return vcombine_s16(vqmovn_s32(lo), vqmovn_s32(hi)); }
  void store_s8(int8_t* p) const { vst1_s8(p, vqmovn_s16(words())); }
  void store_u8(uint8_t* p) const { vst1_u8(p, vqmovun_s16(words())); }
  void store_s8_partial(int8_t* p, size_t count) const {
    int8_t buffer[8];
    store_s8(buffer);
    memcpy(p, buffer, count);
  }
  void store_u8_partial(uint8_t* p, size_t count) const {
    uint8_t buffer[8];
    store_u8(buffer);
    memcpy(p, buffer, count);
  }
};

inline S8x32 operator+(S8x32 a, S8x32 b) { return {vaddq_s32(a.lo, b.lo), vaddq_s32(a.hi, b.hi)}; }
inline S8x32 operator-(S8x32 a, S8x32 b) { return {vsubq_s32(a.lo, b.lo), vsubq_s32(a.hi, b.hi)}; }
inline S8x32 operator*(S8x32 a, S8x32 b) { return {vmulq_s32(a.lo, b.lo), vmulq_s32(a.hi, b.hi)}; }
inline S8x32 operator&(S8x32 a, S8x32 b) { return {vandq_s32(a.lo, b.lo), vandq_s32(a.hi, b.hi)}; }
inline S8x32 max_of(S8x32 a, S8x32 b) { return {vmaxq_s32(a.lo, b.lo), vmaxq_s32(a.hi, b.hi)}; }
inline S8x32 min_of(S8x32 a, S8x32 b) { return {vminq_s32(a.lo, b.lo), vminq_s32(a.hi, b.hi)}; }
template <int n>
inline S8x32 shift_left(S8x32 a) {
  return {vshlq_n_s32(a.lo, n), vshlq_n_s32(a.hi, n)};
}
template <int n>
inline S8x32 shift_right(S8x32 a) {
  return {vshrq_n_s32(a.lo, n), vshrq_n_s32(a.hi, n)};
}

struct B16 {
  static constexpr size_t kBytes = 16;
  int8x16_t v;
  static B16 load(const int8_t* p) { return {vld1q_s8(p)}; }
  void store(int8_t* p) const { vst1q_s8(p, v); }
};
inline B16 max_of(B16 a, B16 b) { return {vmaxq_s8(a.v, b.v)}; }

struct F8 {
  static constexpr size_t kLanes = 8;
  struct Mask {
    uint32x4_t lo, hi;
  };
  using Int = S8x32;
  using Bytes = B16;
  float32x4_t lo, hi;

  F8() = default;
  F8(float32x4_t low, float32x4_t high) : lo(low), hi(high) {}
  F8(float value) : lo(vdupq_n_f32(value)), hi(vdupq_n_f32(value)) {}
  static F8 load(const float* p) { return {vld1q_f32(p), vld1q_f32(p + 4)}; }
  static F8 load_partial(const float* p, size_t count) {
    float buffer[8] = {};
    memcpy(buffer, p, count * sizeof(float));
    return load(buffer);
  }
  void store(float* p) const {
    vst1q_f32(p, lo);
    vst1q_f32(p + 4, hi);
  }
  void store_partial(float* p, size_t count) const {
    float buffer[8];
    store(buffer);
    memcpy(p, buffer, count * sizeof(float));
  }
};

inline F8 operator+(F8 a, F8 b) { return {vaddq_f32(a.lo, b.lo), vaddq_f32(a.hi, b.hi)}; }
inline F8 operator-(F8 a, F8 b) { return {vsubq_f32(a.lo, b.lo), vsubq_f32(a.hi, b.hi)}; }
inline F8 operator*(F8 a, F8 b) { return {vmulq_f32(a.lo, b.lo), vmulq_f32(a.hi, b.hi)}; }
inline F8 operator/(F8 a, F8 b) { return {vdivq_f32(a.lo, b.lo), vdivq_f32(a.hi, b.hi)}; }
inline F8::Mask operator<(F8 a, F8 b) { return {vcltq_f32(a.lo, b.lo), vcltq_f32(a.hi, b.hi)}; }
inline F8::Mask operator>(F8 a, F8 b) { return {vcgtq_f32(a.lo, b.lo), vcgtq_f32(a.hi, b.hi)}; }
inline F8::Mask operator>=(F8 a, F8 b) { return {vcgeq_f32(a.lo, b.lo), vcgeq_f32(a.hi, b.hi)}; }
inline F8::Mask operator==(F8 a, F8 b) { return {vceqq_f32(a.lo, b.lo), vceqq_f32(a.hi, b.hi)}; }
inline F8::Mask is_nan(F8 a) {
  return {vmvnq_u32(vceqq_f32(a.lo, a.lo)), vmvnq_u32(vceqq_f32(a.hi, a.hi))};
}
inline F8::Mask either(F8::Mask a, F8::Mask b) {
  return {vorrq_u32(a.lo, b.lo), vorrq_u32(a.hi, b.hi)};
}
inline F8 select(F8::Mask mask, F8 a, F8 b) {
  return {vbslq_f32(mask.lo, a.lo, b.lo), vbslq_f32(mask.hi, a.hi, b.hi)};
}
inline F8 min_of(F8 a, F8 b) { return select(a < b, a, b); }
inline F8 max_of(F8 a, F8 b) { return select(a > b, a, b); }
inline F8 mul_add(F8 a, F8 b, F8 c) {
  return {vfmaq_f32(c.lo, a.lo, b.lo), vfmaq_f32(c.hi, a.hi, b.hi)};
}
inline F8 sqrt(F8 a) { return {vsqrtq_f32(a.lo), vsqrtq_f32(a.hi)}; }
inline F8 abs(F8 a) { return {vabsq_f32(a.lo), vabsq_f32(a.hi)}; }
inline F8 neg(F8 a) { return {vnegq_f32(a.lo), vnegq_f32(a.hi)}; }
inline F8 copysign(F8 magnitude, F8 sign) {
  const uint32x4_t mask = vdupq_n_u32(0x80000000u);
  return {vbslq_f32(mask, sign.lo, magnitude.lo), vbslq_f32(mask, sign.hi, magnitude.hi)};
}
inline F8 round_even(F8 a) { return {vrndnq_f32(a.lo), vrndnq_f32(a.hi)}; }
inline F8 floor(F8 a) { return {vrndmq_f32(a.lo), vrndmq_f32(a.hi)}; }
inline F8 ceil(F8 a) { return {vrndpq_f32(a.lo), vrndpq_f32(a.hi)}; }
inline S8x32 round_to_int(F8 a) { return {vcvtnq_s32_f32(a.lo), vcvtnq_s32_f32(a.hi)}; }
inline F8 to_float(S8x32 a) { return {vcvtq_f32_s32(a.lo), vcvtq_f32_s32(a.hi)}; }
inline S8x32 to_bits(F8 a) { return {vreinterpretq_s32_f32(a.lo), vreinterpretq_s32_f32(a.hi)}; }
inline F8 from_bits(S8x32 a) { return {vreinterpretq_f32_s32(a.lo), vreinterpretq_f32_s32(a.hi)}; }

}  // namespace
}  // namespace linnet
