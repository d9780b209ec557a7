#include "kernels/gemm_s8s8/dot_neon.h"
#include "kernels/gemm_sparse_s8s4_f32/s4_sparse_arm.h"

namespace linnet {
namespace {

// A lane adds two products of a line. kDeepLines lines of them fit in 16 bits.
template <size_t kDeepLines>
struct Dot {
#if defined(__aarch64__)
  static constexpr int kTileRows = 4;
#else
  static constexpr int kTileRows = 2;
#endif

  template <int kRows>
  static void block(const uint8_t* a, size_t a_stride, const BlockLines& lines,
                    int32x4_t (&sums)[kRows][2]) {
    int16x8_t shift[2] = {vdupq_n_s16(0), vdupq_n_s16(0)};
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = vdupq_n_s32(0);
    for (size_t l = 0; l < lines.count; l += kDeepLines) {
      int16x8_t words[kRows][4];
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        words[r][0] = words[r][1] = words[r][2] = words[r][3] = vdupq_n_s16(0);
      }
      const size_t step = smaller(lines.count - l, kDeepLines);
      for (size_t s = l; s < l + step; ++s) add_line(a, a_stride, lines, s, shift, words);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        sums[r][0] =
            vaddq_s32(sums[r][0], add_pairs(vpaddlq_s16(words[r][0]), vpaddlq_s16(words[r][1])));
        sums[r][1] =
            vaddq_s32(sums[r][1], add_pairs(vpaddlq_s16(words[r][2]), vpaddlq_s16(words[r][3])));
      }
    }
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const int32x4_t all = shift_of(shift[half]);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) sums[r][half] = vaddq_s32(sums[r][half], all);
    }
  }

 private:
  template <int kRows>
  static void add_line(const uint8_t* a, size_t a_stride, const BlockLines& lines, size_t l,
                       int16x8_t (&shift)[2], int16x8_t (&words)[kRows][4]) {
    const Line<int8x16_t> w = load_entries(lines.w + kLineBytes * l, lines.table);
    const uint8_t* const from0 = a + 4 * size_t{lines.groups[2 * l]};
    const uint8_t* const from1 = a + 4 * size_t{lines.groups[2 * l + 1]};
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      shift[half] = vpadalq_s8(vpadalq_s8(shift[half], w.first[half]), w.second[half]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      const size_t row = static_cast<size_t>(r) * a_stride;
      const int8x16_t quad0 = load_centred(from0 + row), quad1 = load_centred(from1 + row);
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        int16x8_t& low = words[r][2 * half];
        int16x8_t& high = words[r][2 * half + 1];
        low = vmlal_s8(vmlal_s8(low, vget_low_s8(w.first[half]), vget_low_s8(quad0)),
                       vget_low_s8(w.second[half]), vget_low_s8(quad1));
        high =
            multiply_add_high(multiply_add_high(high, w.first[half], quad0), w.second[half], quad1);
      }
    }
  }
};

}  // namespace

void gemm_sparse_s8s4_f32_neon(const GemmSparseS8S4F32Args& args) {
  int largest = 0;
  for (int code = 0; code < 16; ++code) {
    const int entry = args.gemm.table[code] < 0 ? -args.gemm.table[code] : args.gemm.table[code];
    largest = entry > largest ? entry : largest;
  }
  // 8 * 2 * 128 * 15 fits in 16 bits, and 2 * 128 * 127.
  if (largest <= 15) {
    gemm_sparse_arm<Dot<8>>(args);
  } else {
    gemm_sparse_arm<Dot<1>>(args);
  }
}

}  // namespace linnet
