#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"

namespace linnet {
namespace {

// Products of a - 128 and w: kDepth of k fit a 16-bit lane before they are widened. That is 2 for
// any table, 8 where no entry is beyond 31.
template <int kDepth>
struct Dot {
  static constexpr int kTileRows = 2;

  static void store_line(const Line& line, int8_t* out) {
    vst1q_s8(out, line.first[0]);
    vst1q_s8(out + 16, line.first[1]);
    vst1q_s8(out + 32, line.second[0]);
    vst1q_s8(out + 48, line.second[1]);
  }

  template <int kRows>
  static void block(const uint8_t* a, size_t a_stride, const int8_t* w, size_t lines,
                    const int32_t* shifts, int32x4_t (&sums)[kRows][2]) {
    constexpr size_t kStep = static_cast<size_t>(kDepth) / 2;  // lines
    // Each register holds two rows' halves.
    int32x4_t acc[kRows][4];
#pragma GCC unroll 2
    for (int r = 0; r < kRows; ++r) {
      acc[r][0] = acc[r][1] = acc[r][2] = acc[r][3] = vdupq_n_s32(0);
    }
    for (size_t l = 0; l < lines; l += kStep) {
      const size_t groups = 2 * smaller(lines - l, kStep);
      int16x8_t words[kRows][4];
      for (size_t g = 0; g < groups; ++g, w += 32, a += 4) {
#pragma GCC unroll 2
        for (int r = 0; r < kRows; ++r) {
          const int8x8_t quad = load_signed_quad(a + static_cast<size_t>(r) * a_stride);
#pragma GCC unroll 4
          for (int q = 0; q < 4; ++q) {
            const int8x8_t pair = vld1_s8(w + 8 * q);
            words[r][q] = g == 0 ? vmull_s8(pair, quad) : vmlal_s8(words[r][q], pair, quad);
          }
        }
      }
#pragma GCC unroll 2
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) acc[r][q] = vpadalq_s16(acc[r][q], words[r][q]);
      }
    }
#pragma GCC unroll 2
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = vaddq_s32(add_pairs(acc[r][0], acc[r][1]), vld1q_s32(shifts));
      sums[r][1] = vaddq_s32(add_pairs(acc[r][2], acc[r][3]), vld1q_s32(shifts + 4));
    }
  }

  static void line(const uint8_t* a, const Line& line, int32x4_t (&sums)[2]) {
    const int8x8_t first = load_signed_quad(a);
    const int8x8_t second = load_signed_quad(a + 4);
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const int16x8_t low = vmlal_s8(vmull_s8(vget_low_s8(line.first[half]), first),
                                     vget_low_s8(line.second[half]), second);
      const int16x8_t high = vmlal_s8(vmull_s8(vget_high_s8(line.first[half]), first),
                                      vget_high_s8(line.second[half]), second);
      const int32x4_t total = add_pairs(vpaddlq_s16(low), vpaddlq_s16(high));
      sums[half] = vaddq_s32(sums[half], vaddq_s32(total, shift_of(line, half)));
    }
  }
};

}  // namespace

void gemm_s8s4_f32_neon(const GemmS8S4F32Args& args) {
  int largest = 0;
  for (int code = 0; code < 16; ++code) {
    const int entry = args.table[code] < 0 ? -args.table[code] : args.table[code];
    largest = entry > largest ? entry : largest;
  }
  if (largest <= 31) {
    gemm_arm<Dot<8>>(args);
  } else {
    gemm_arm<Dot<2>>(args);
  }
}

}  // namespace linnet
