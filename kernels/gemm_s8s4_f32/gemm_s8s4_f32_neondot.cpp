#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32_arm.h"
#include "kernels/gemm_s8s4_f32/s4_one_row_neondot.h"

namespace linnet {
namespace {

struct Dot {
  static void pack_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t lines, int8_t* out) {
    pack_plain_rows(a, a_stride, rows, lines, out);
  }

  static void store_line(const Line<int8x16_t>& line, int8_t* out) { store_plain_line(line, out); }

  static void add_rows(const int8_t* a, size_t rows, const Unpacked& w, float* sums) {
    add_plain_rows<DotNeondot>(a, rows, w, sums);
  }

  static float32x4_t row_sums(const float* sums, size_t row, size_t half) {
    return vld1q_f32(sums + row * kPanelColumns + 4 * half);
  }

  template <typename Get>
  static void block(const uint8_t* a, const uint8_t* w, size_t lines, const Get& get,
                    uint32x4_t (&sums)[2]) {
    dot_block(a, w, lines, get, sums);
  }
};

}  // namespace

void gemm_s8s4_f32_neondot(const GemmS8S4F32Args& args) { gemm_arm<Dot>(args); }

}  // namespace linnet
