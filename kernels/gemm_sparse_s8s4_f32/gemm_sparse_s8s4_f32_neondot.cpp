#include "kernels/gemm_sparse_s8s4_f32/s4_sparse_arm.h"

namespace linnet {
namespace {

struct Dot {
#if defined(__aarch64__)
  static constexpr int kTileRows = 8;
#else
  static constexpr int kTileRows = 2;
#endif

  template <int kRows>
  static void block(const uint8_t* a, size_t a_stride, const BlockLines& lines,
                    int32x4_t (&sums)[kRows][2]) {
    int16x8_t shift[2] = {vdupq_n_s16(0), vdupq_n_s16(0)};
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = vdupq_n_s32(0);
    for (size_t l = 0; l < lines.count; ++l) {
      const Line<int8x16_t> w = load_entries(lines.w + kLineBytes * l, lines.table);
      const uint8_t* const from0 = a + 4 * size_t{lines.groups[2 * l]};
      const uint8_t* const from1 = a + 4 * size_t{lines.groups[2 * l + 1]};
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        shift[half] = vpadalq_s8(vpadalq_s8(shift[half], w.first[half]), w.second[half]);
      }
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const size_t row = static_cast<size_t>(r) * a_stride;
        const int8x16_t quad0 = load_centred(from0 + row), quad1 = load_centred(from1 + row);
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
          sums[r][half] = vdotq_s32(sums[r][half], w.first[half], quad0);
          sums[r][half] = vdotq_s32(sums[r][half], w.second[half], quad1);
        }
      }
    }
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const int32x4_t all = shift_of(shift[half]);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) sums[r][half] = vaddq_s32(sums[r][half], all);
    }
  }
};

}  // namespace

void gemm_sparse_s8s4_f32_neondot(const GemmSparseS8S4F32Args& args) { gemm_sparse_arm<Dot>(args); }

}  // namespace linnet
