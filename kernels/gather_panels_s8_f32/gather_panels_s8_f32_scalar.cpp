#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {

void gather_panels_s8_f32_scalar(const GatherPanelsS8F32Args& args) {
  constexpr size_t kLine = kQuantPanelRows * kQuantPanelGroup;
  for (size_t i = 0; i < args.count; ++i) {
    const int64_t index = args.indices[i];
    const size_t row =
        index < 0 ? args.n - static_cast<size_t>(-index) : static_cast<size_t>(index);
    const int8_t* w = args.w + row / kQuantPanelRows * args.w_panel_stride +
                      row % kQuantPanelRows * kQuantPanelGroup;
    float* y = args.y + i * args.y_stride;
    for (size_t j = 0; j < args.k; ++j) {
      const int8_t value = w[j / kQuantPanelGroup * kLine + j % kQuantPanelGroup];
      y[j] = args.w_scale[row] * static_cast<float>(value);
    }
  }
}

}  // namespace linnet
