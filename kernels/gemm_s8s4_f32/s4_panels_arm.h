#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Reading s4 panels (kernels/pack/panels.h) on ARM. Everything here is local to the file that
// includes it.

namespace linnet {
namespace {

constexpr size_t kPanelColumns = 8;
constexpr size_t kLineBytes = 32;  // two k groups of a panel, packed
constexpr size_t kUnpackedLineBytes = 64;
constexpr size_t kScaleBytes = 16;  // of a block

inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Two k groups of a panel: rows 0…3 and 4…7 of the first, and of the second. T is int8x16_t or
// uint8x16_t.
template <typename T>
struct Line {
  T first[2];
  T second[2];
};

struct PackedLine {
  uint8x16_t low;  // rows 0…3 of both groups
  uint8x16_t high;
};
inline PackedLine load_line(const uint8_t* w) { return {vld1q_u8(w), vld1q_u8(w + 16)}; }

inline Line<uint8x16_t> codes_of(const PackedLine& packed) {
  const uint8x16_t mask = vdupq_n_u8(15);
  return {{vandq_u8(packed.low, mask), vandq_u8(packed.high, mask)},
          {vshrq_n_u8(packed.low, 4), vshrq_n_u8(packed.high, 4)}};
}

inline uint8x16_t look_up(uint8x16_t table, uint8x16_t index) {
#if defined(__aarch64__)
  return vqtbl1q_u8(table, index);
#else
  const uint8x8x2_t halves = {{vget_low_u8(table), vget_high_u8(table)}};
  return vcombine_u8(vtbl2_u8(halves, vget_low_u8(index)), vtbl2_u8(halves, vget_high_u8(index)));
#endif
}

inline Line<uint8x16_t> look_up(uint8x16_t table, const Line<uint8x16_t>& codes) {
  return {{look_up(table, codes.first[0]), look_up(table, codes.first[1])},
          {look_up(table, codes.second[0]), look_up(table, codes.second[1])}};
}

// Four f16 scales as f32, exactly.
inline float32x4_t load_scales(const uint8_t* from) {
  uint16x4_t half;
  std::memcpy(&half, from, sizeof half);
#if defined(__aarch64__)
  return vcvt_f32_f16(vreinterpret_f16_u16(half));
#else
  // Not every compiler of this target has f16 types. Subnormals are whole multiples of 2^-24.
  const uint32x4_t bits = vmovl_u16(half);
  const uint32x4_t magnitude = vandq_u32(bits, vdupq_n_u32(0x7fff));
  const uint32x4_t sign = vshlq_n_u32(vandq_u32(bits, vdupq_n_u32(0x8000)), 16);
  const uint32x4_t normal = vaddq_u32(vshlq_n_u32(magnitude, 13), vdupq_n_u32(uint32_t{112} << 23));
  const uint32x4_t subnormal =
      vreinterpretq_u32_f32(vmulq_n_f32(vcvtq_f32_u32(magnitude), 0x1p-24f));
  const uint32x4_t is_subnormal = vcltq_u32(magnitude, vdupq_n_u32(0x400));
  return vreinterpretq_f32_u32(vorrq_u32(vbslq_u32(is_subnormal, subnormal, normal), sign));
#endif
}

}  // namespace
}  // namespace linnet
