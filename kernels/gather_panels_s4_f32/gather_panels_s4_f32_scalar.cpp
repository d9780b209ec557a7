#include <cstring>

#include "kernels/convert_f16_f32/half_bits.h"
#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {
namespace {

void gather_row(const GatherPanelsS4F32Args& args, size_t row, float* y) {
  constexpr size_t kLine = kQuantPanelRows * kQuantPanelGroup;
  const uint8_t* block = args.w + row / kQuantPanelRows * args.w_panel_stride;
  row %= kQuantPanelRows;
  for (size_t start = 0; start < args.k; start += args.block) {
    const size_t length = args.k - start < args.block ? args.k - start : args.block;
    const uint8_t* scales = block + (length + 7) / 8 * kLine;
    uint16_t half;
    std::memcpy(&half, scales + row * sizeof half, sizeof half);
    const float scale = float_of_half(half);
    for (size_t i = 0; i < length; ++i) {
      const int pair = block[i / 8 * kLine + row * kQuantPanelGroup + i % 4];
      const int code = i % 8 < 4 ? pair & 15 : pair >> 4;
      y[start + i] = scale * static_cast<float>(args.table[code]);
    }
    block = scales + kQuantPanelRows * sizeof half;
  }
}

}  // namespace

void gather_panels_s4_f32_scalar(const GatherPanelsS4F32Args& args) {
  for (size_t i = 0; i < args.count; ++i) {
    const int64_t index = args.indices[i];
    const size_t row =
        index < 0 ? args.n - static_cast<size_t>(-index) : static_cast<size_t>(index);
    gather_row(args, row, args.y + i * args.y_stride);
  }
}

}  // namespace linnet
