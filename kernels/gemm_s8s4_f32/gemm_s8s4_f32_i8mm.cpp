#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"

namespace linnet {
namespace {

// usmmla: 2 rows of u8 activations and 2 rows of int8 weights, 8 deep, so the two k groups of a
// line are zipped as they are unpacked. One row: sudot. No shift is needed.
struct Dot {
  static constexpr int kTileRows = 8;

  static void store_line(const Line& line, int8_t* out) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const int32x4_t first = vreinterpretq_s32_s8(line.first[half]);
      const int32x4_t second = vreinterpretq_s32_s8(line.second[half]);
      vst1q_s8(out + 32 * half, vreinterpretq_s8_s32(vzip1q_s32(first, second)));
      vst1q_s8(out + 32 * half + 16, vreinterpretq_s8_s32(vzip2q_s32(first, second)));
    }
  }

  template <int kRows>
  static void block(const uint8_t* a, size_t a_stride, const int8_t* w, size_t lines,
                    const int32_t*, int32x4_t (&sums)[kRows][2]) {
    constexpr int kPairs = (kRows + 1) / 2;
    int32x4_t acc[kPairs][4];  // [row of a][row of w], 2 x 2
#pragma GCC unroll 4
    for (int p = 0; p < kPairs; ++p) {
      acc[p][0] = acc[p][1] = acc[p][2] = acc[p][3] = vdupq_n_s32(0);
    }
    for (size_t l = 0; l < lines; ++l, w += kUnpackedLineBytes, a += 8) {
      const int8x16_t weights[4] = {vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32),
                                    vld1q_s8(w + 48)};
#pragma GCC unroll 4
      for (int p = 0; p < kPairs; ++p) {
        // An odd last row is its own partner; the second result is dropped.
        const int partner = 2 * p + 1 < kRows ? 2 * p + 1 : 2 * p;
        const uint8x16_t rows = vcombine_u8(vld1_u8(a + static_cast<size_t>(2 * p) * a_stride),
                                            vld1_u8(a + static_cast<size_t>(partner) * a_stride));
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) acc[p][q] = vusmmlaq_s32(acc[p][q], rows, weights[q]);
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        const int64x2_t x = vreinterpretq_s64_s32(acc[r / 2][2 * half]);
        const int64x2_t y = vreinterpretq_s64_s32(acc[r / 2][2 * half + 1]);
        sums[r][half] = vreinterpretq_s32_s64(r % 2 == 0 ? vzip1q_s64(x, y) : vzip2q_s64(x, y));
      }
    }
  }

  static void line(const uint8_t* a, const Line& line, int32x4_t (&sums)[2]) {
    const uint8x8_t values = vld1_u8(a);
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      sums[half] = vsudotq_lane_s32(sums[half], line.first[half], values, 0);
      sums[half] = vsudotq_lane_s32(sums[half], line.second[half], values, 1);
    }
  }
};

}  // namespace

void gemm_s8s4_f32_i8mm(const GemmS8S4F32Args& args) { gemm_arm<Dot>(args); }

}  // namespace linnet
