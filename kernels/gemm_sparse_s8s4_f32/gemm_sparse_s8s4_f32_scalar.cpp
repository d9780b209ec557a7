#include <cmath>

#include "kernels/gemm_sparse_s8s4_f32/gemm_sparse_s8s4_f32.h"
#include "kernels/pack/pack_panels_f32.h"

namespace linnet {
namespace {

// Row `row` of a panel times one row of activations.
float dot_row(const GemmSparseS8S4F32Args& args, const uint8_t* a, size_t panel, size_t row) {
  const GemmS8S4F32Args& gemm = args.gemm;
  const size_t blocks = static_cast<size_t>(panel_block_count(gemm.k, gemm.block));
  const uint8_t* lines = args.w.lines + panel * blocks;
  size_t line = args.w.first[panel];
  size_t scale = args.w.first_scale[panel];
  float acc = 0.0f;
  for (size_t b = 0; b < blocks; ++b) {
    if (lines[b] == 0) continue;
    int32_t sum = 0;
    for (const size_t end = line + lines[b]; line < end; ++line) {
      const uint8_t* w = args.w.w + line * kSparseLineBytesS4 + row * kQuantPanelGroup;
      const uint8_t* first = a + 4 * size_t{args.w.groups[2 * line]};
      const uint8_t* second = a + 4 * size_t{args.w.groups[2 * line + 1]};
      for (size_t i = 0; i < kQuantPanelGroup; ++i) {
        sum += first[i] * gemm.table[w[i] & 15] + second[i] * gemm.table[w[i] >> 4];
      }
    }
    const float factor = float_from_half(args.w.scales[scale * kQuantPanelRows + row]);
    acc = std::fmaf(static_cast<float>(sum), factor, acc);
    ++scale;
  }
  return acc;
}

}  // namespace

void gemm_sparse_s8s4_f32_scalar(const GemmSparseS8S4F32Args& args) {
  const GemmS8S4F32Args& gemm = args.gemm;
  for (size_t i = 0; i < gemm.m; ++i) {
    const uint8_t* a = gemm.a + i * gemm.a_stride;
    const float a_scale = gemm.a_scale[i * gemm.a_scale_stride];
    const float zero_point = static_cast<float>(gemm.a_zero_point[i * gemm.a_scale_stride]);
    for (size_t j = 0; j < gemm.n; ++j) {
      const float acc = dot_row(args, a, j / kQuantPanelRows, j % kQuantPanelRows);
      const float offset = zero_point * gemm.comp[j];
      const float product = a_scale * (acc - offset);
      float value = product + (gemm.bias != nullptr ? gemm.bias[j] : 0.0f);
      value = value < gemm.clamp_min ? gemm.clamp_min : value;
      value = value > gemm.clamp_max ? gemm.clamp_max : value;
      gemm.c[i * gemm.c_stride + j] = value;
    }
  }
}

}  // namespace linnet
