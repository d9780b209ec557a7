#pragma once

#include "kernels/gemm_s8s4_f32/s4_panels_arm.h"
#include "kernels/gemm_s8s8/dot_neondot.h"

// One row of u8 times unsigned table entries with the udot instruction, for the neondot and i8mm
// variants of gemm_s8s4_f32. Everything here is local to the file that includes it.

namespace linnet {
namespace {

template <int kLane>
inline uint32x4_t dot_lane(uint32x4_t acc, uint8x16_t w, uint8x16_t quads) {
#if defined(__aarch64__)
  return vdotq_laneq_u32(acc, w, quads, kLane);
#else
  const uint8x8_t half = kLane < 2 ? vget_low_u8(quads) : vget_high_u8(quads);
  return vdotq_lane_u32(acc, w, half, kLane % 2);
#endif
}

// acc[group][half] += two groups times lanes kLane and kLane + 1 of `quads`.
template <int kLane>
inline void add_line(uint8x16_t quads, const Line<uint8x16_t>& line, uint32x4_t (&acc)[2][2]) {
  acc[0][0] = dot_lane<kLane>(acc[0][0], line.first[0], quads);
  acc[0][1] = dot_lane<kLane>(acc[0][1], line.first[1], quads);
  acc[1][0] = dot_lane<kLane + 1>(acc[1][0], line.second[0], quads);
  acc[1][1] = dot_lane<kLane + 1>(acc[1][1], line.second[1], quads);
}

// acc += two lines times `quads`.
template <typename Get>
inline void add_lines(uint8x16_t quads, const Line<uint8x16_t> (&codes)[2], const Get& get,
                      uint32x4_t (&acc)[2][2]) {
  const Line<uint8x16_t> lines[2] = {get(codes[0]), get(codes[1])};
  add_line<0>(quads, lines[0], acc);
  add_line<2>(quads, lines[1], acc);
}

// sums += `count` lines: four sums in turn, the latency of udot in an in-order core; four lines,
// the smallest whole block, at a time.
template <typename Get>
inline void dot_block(const uint8_t* a, const uint8_t* w, size_t count, const Get& get,
                      uint32x4_t (&sums)[2]) {
  uint32x4_t acc[2][2] = {{sums[0], sums[1]}, {vdupq_n_u32(0), vdupq_n_u32(0)}};
  for (; count >= 4; count -= 4, a += 32, w += 4 * kLineBytes) {
    const PackedLine packed[4] = {load_line(w), load_line(w + kLineBytes),
                                  load_line(w + 2 * kLineBytes), load_line(w + 3 * kLineBytes)};
    const uint8x16_t quads[2] = {vld1q_u8(a), vld1q_u8(a + 16)};
    add_lines(quads[0], {codes_of(packed[0]), codes_of(packed[1])}, get, acc);
    add_lines(quads[1], {codes_of(packed[2]), codes_of(packed[3])}, get, acc);
  }
  for (; count != 0; --count, a += 8, w += kLineBytes) {
    const uint8x8_t quads = vld1_u8(a);
    add_line<0>(vcombine_u8(quads, quads), get(codes_of(load_line(w))), acc);
  }
  sums[0] = vaddq_u32(acc[0][0], acc[1][0]);
  sums[1] = vaddq_u32(acc[0][1], acc[1][1]);
}

}  // namespace
}  // namespace linnet
