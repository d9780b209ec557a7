#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"

namespace linnet {
namespace {

// sdot of a - 128 and w; 128 * sum of w makes up for the shift.
struct Dot {
#if defined(__aarch64__)
  static constexpr int kTileRows = 8;
#else
  static constexpr int kTileRows = 4;
#endif

  static void store_line(const Line& line, int8_t* out) {
    vst1q_s8(out, line.first[0]);
    vst1q_s8(out + 16, line.first[1]);
    vst1q_s8(out + 32, line.second[0]);
    vst1q_s8(out + 48, line.second[1]);
  }

  template <int kRows>
  static void block(const uint8_t* a, size_t a_stride, const int8_t* w, size_t lines,
                    const int32_t* shifts, int32x4_t (&sums)[kRows][2]) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = vld1q_s32(shifts);
      sums[r][1] = vld1q_s32(shifts + 4);
    }
    for (size_t l = 0; l < lines; ++l, w += kUnpackedLineBytes, a += 8) {
      const int8x16_t first0 = vld1q_s8(w);
      const int8x16_t first1 = vld1q_s8(w + 16);
      const int8x16_t second0 = vld1q_s8(w + 32);
      const int8x16_t second1 = vld1q_s8(w + 48);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const int8x8_t values = load_signed_line(a + static_cast<size_t>(r) * a_stride);
        sums[r][0] = vdotq_lane_s32(sums[r][0], first0, values, 0);
        sums[r][1] = vdotq_lane_s32(sums[r][1], first1, values, 0);
        sums[r][0] = vdotq_lane_s32(sums[r][0], second0, values, 1);
        sums[r][1] = vdotq_lane_s32(sums[r][1], second1, values, 1);
      }
    }
  }

  static void line(const uint8_t* a, const Line& line, int32x4_t (&sums)[2]) {
    const int8x8_t values = load_signed_line(a);
    // 128 = 64 + 64 as a signed operand.
    const int8x16_t shift = vdupq_n_s8(64);
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      int32x4_t sum = vdotq_lane_s32(sums[half], line.first[half], values, 0);
      sum = vdotq_lane_s32(sum, line.second[half], values, 1);
      const int32x4_t shifts =
          vdotq_s32(vdotq_s32(vdupq_n_s32(0), line.first[half], shift), line.second[half], shift);
      sums[half] = vaddq_s32(sum, vaddq_s32(shifts, shifts));
    }
  }
};

}  // namespace

void gemm_s8s4_f32_neondot(const GemmS8S4F32Args& args) { gemm_arm<Dot>(args); }

}  // namespace linnet
