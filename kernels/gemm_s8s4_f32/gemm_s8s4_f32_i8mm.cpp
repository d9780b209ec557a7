#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"
#include "kernels/gemm_s8s4_f32/s4_one_row_neondot.h"
#include "kernels/gemm_s8s8/mmla_tiles.h"

namespace linnet {
namespace {

// A pair of rows is packed side by side, and its sums stay in the order of smmla: [pair of
// columns][row][column].
struct Dot {
  static void pack_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t lines, int8_t* out) {
    mmla_pack_rows(a, a_stride, rows, 2 * lines, 128, out);
  }

  static void store_line(const Line<int8x16_t>& line, int8_t* out) {
    mmla_store_line(line.first[0], line.first[1], line.second[0], line.second[1], out);
  }

  static void add_rows(const int8_t* a, size_t rows, const Unpacked& w, float* sums) {
    size_t pairs = (rows + 1) / 2;
    const size_t tile_bytes = (w.k + 7) / 8 * kMmlaPairs * 16;
    for (; pairs >= kMmlaPairs; pairs -= kMmlaPairs, a += tile_bytes, sums += kMmlaPairs * 16) {
      add_tile<kMmlaPairs>(a, w, sums);
    }
    if (pairs == 3) add_tile<3>(a, w, sums);
    if (pairs == 2) add_tile<2>(a, w, sums);
    if (pairs == 1) add_tile<1>(a, w, sums);
  }

  static float32x4_t row_sums(const float* sums, size_t row, size_t half) {
    const float* from = sums + row / 2 * 16 + 8 * half + row % 2 * 2;
    return vcombine_f32(vld1_f32(from), vld1_f32(from + 4));
  }

  template <typename Get>
  static void block(const uint8_t* a, const uint8_t* w, size_t lines, const Get& get,
                    uint32x4_t (&sums)[2]) {
    dot_block(a, w, lines, get, sums);
  }

 private:
  template <int kPairs>
  static void add_tile(const int8_t* a, const Unpacked& w, float* sums) {
    for (size_t b = 0; b * w.block < w.k; ++b) {
      int32x4_t total[kPairs][4];
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) {
        const int32x2_t shift = vld1_s32(w.shifts[b] + 2 * q);
#pragma GCC unroll 4
        for (int p = 0; p < kPairs; ++p) total[p][q] = vcombine_s32(shift, shift);
      }
      mmla_tile<kPairs>(a + b * w.block * 2 * kPairs, w.weights + b * w.block * kPanelColumns,
                        w.lines(b), total);
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) {
        const float32x2_t two = vld1_f32(w.scales[b] + 2 * q);
        const float32x4_t scale = vcombine_f32(two, two);
#pragma GCC unroll 4
        for (int p = 0; p < kPairs; ++p) {
          float* acc = sums + 16 * p + 4 * q;
          vst1q_f32(acc, vfmaq_f32(vld1q_f32(acc), vcvtq_f32_s32(total[p][q]), scale));
        }
      }
    }
  }
};

}  // namespace

void gemm_s8s4_f32_i8mm(const GemmS8S4F32Args& args) { gemm_arm<Dot>(args); }

}  // namespace linnet
